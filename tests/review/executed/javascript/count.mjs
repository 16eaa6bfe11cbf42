// Runs one program of this folder on a small database and prints how many queries it sent, and what it returned.
import { DatabaseSync } from 'node:sqlite';

const db = new DatabaseSync(':memory:');
db.exec(process.argv[3]);
let queries = 0;
const prepare = db.prepare.bind(db);
const counted = (statement) => ({
  all: (...values) => (queries++, statement.all(...values)),
  get: (...values) => (queries++, statement.get(...values)),
});
const { run } = await import(process.argv[2]);
const rows = run({ prepare: (sql) => counted(prepare(sql)) });
console.log(JSON.stringify({ queries, rows }));
