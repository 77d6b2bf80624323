/** The headers of answers to reads and to writes. A write that a signed-in caller made also leaves its bookmark as a cookie. */
export const readHeaders = (database, more) => ({
  'cache-control': 'no-cache',
  'banyan-bookmark': database.bookmark(),
  ...more,
})

export const writeHeaders = (database, more) => {
  const bookmark = database.bookmark()
  return {
    'cache-control': 'no-store',
    'banyan-bookmark': bookmark,
    'set-cookie': `Banyan-Bookmark=${bookmark}; Path=/; HttpOnly; SameSite=Lax`,
    ...more,
  }
}
