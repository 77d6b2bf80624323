import { slotOfId } from '../../src/core/slot.ts'

/** A row whose slot is not that of the other: generated ids choose theirs by chance, and one pair in 1,024 shares it. */
export async function inAnotherSlot<R extends { readonly id: string }>(other: R, make: () => Promise<R>): Promise<R> {
  for (;;) {
    const row = await make()
    if (slotOfId(row.id) !== slotOfId(other.id)) return row
  }
}
