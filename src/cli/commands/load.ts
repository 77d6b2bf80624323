import { writeFileSync } from 'node:fs'
import { systemClock } from '../../core/clock.ts'
import { systemScheduler } from '../../core/scheduler.ts'
import { comparisonOf } from '../../load/comparison.ts'
import { type Plan, planOf } from '../../load/plan.ts'
import { ProfileFailure } from '../../load/profile-failure.ts'
import { type LoadReport, reportOf } from '../../load/report.ts'
import { type Measurement, runLoad } from '../../load/run.ts'
import { comparisonText } from '../load/comparison-text.ts'
import { earlierReport } from '../load/earlier-report.ts'
import { findProfile } from '../load/find-profile.ts'
import { gauges } from '../load/gauges.ts'
import { liveView } from '../load/live.ts'
import { type LoadOptions, overridesOf, refuseUnlessWritable } from '../load/options.ts'
import { reportPage } from '../load/page.ts'
import { isWithoutSuccess, reportText } from '../load/report-text.ts'
import { surroundings } from '../load/surroundings.ts'
import { type Target, targetOf } from '../load/target.ts'
import { loadProject } from '../project.ts'
import { stopSignal } from '../signals.ts'
import { UserError, userErrorText } from '../user-error.ts'

/** Drives the app with a profile and says what came of it. Exits with 1 where it is not what the profile expects. */
export async function load(asked: string | undefined, options: LoadOptions): Promise<void> {
  const stopping = stopSignal()
  const project = await loadProject()
  const { name, profile } = await findProfile(project, asked)
  const plan = planOf(name, profile, overridesOf(options))
  // Whatever would make the run worthless is found out before it.
  for (const file of [options.out, options.html]) if (file !== undefined) refuseUnlessWritable(file)
  const earlier = earlierReport(plan, options)
  await using target = await targetOf({ ...options, signal: stopping }, profile)
  const startedAt = systemClock.now()
  const measurement = await driven(plan, target, stopping)
  const report = reportOf(plan, measurement, {
    startedAt,
    surroundings: surroundings(project.appFolder),
    target: {
      url: target.url,
      app: target.openapi.info.title,
      version: target.openapi.info.version,
      isStarted: target.isStarted,
    },
  })
  write(options, report)
  print(report, earlier, options)
  if (measurement.bug !== null) throw asUserError(measurement.bug)
  if (isFailure(report)) process.exitCode = 1
}

async function driven(plan: Plan, target: Target, signal: AbortSignal): Promise<Measurement> {
  using readings = gauges(target.pids)
  const live = liveView(process.stderr, plan)
  // Neither timers nor idle connections of a load keep the process alive.
  const alive = setInterval(() => {}, 60_000)
  try {
    return await runLoad(plan, {
      ...target,
      signal,
      scheduler: systemScheduler,
      readings: readings.read,
      onStep: live.step,
      onSecond: live.second,
    })
  } catch (error) {
    throw error instanceof ProfileFailure ? asUserError(error) : error
  } finally {
    clearInterval(alive)
    live.end()
  }
}

function write({ out, html }: LoadOptions, report: LoadReport): void {
  if (out !== undefined) writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`)
  if (html !== undefined) writeFileSync(html, reportPage(report))
}

function print(report: LoadReport, earlier: LoadReport | undefined, { json }: LoadOptions): void {
  const comparison = earlier === undefined ? undefined : comparisonOf(report, earlier)
  if (json === true) {
    console.log(JSON.stringify({ ...report, ...(comparison === undefined ? {} : { comparison }) }, null, 2))
    return
  }
  console.log(reportText(report))
  if (comparison !== undefined) console.log(`\n${comparisonText(comparison, report, earlier!)}`)
}

function isFailure(report: LoadReport): boolean {
  const { expectations, verified } = report
  return isWithoutSuccess(report) || expectations.some(({ isMet }) => !isMet) || verified?.isMet === false
}

function asUserError(failure: ProfileFailure): UserError {
  return new UserError(failure.message, userErrorText(failure.cause), failure)
}
