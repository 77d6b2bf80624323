/**
 * What an interface that is made from the tables needs of them: the values that an app gives to new rows, and an index in the order
 * in which it can ask, as it has no words for where nulls stand.
 */
export const forGenerated = `
  alter table orders alter column id set default gen_random_uuid(), alter column "createdAt" set default now(),
    alter column "updatedAt" set default now(), alter column version set default 1, alter column slot set default 0;
  create index on flights (origin, destination, "departsAt", id);
  analyze flights`
