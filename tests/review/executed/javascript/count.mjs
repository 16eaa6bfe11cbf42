// Runs one program of this folder on a small database and prints how many queries it sent, and what it returned.
const { open, run } = await import(process.argv[2]);

const db = open();
db.exec(process.argv[3]);
let queries = 0;
const counted = (statement) => ({
  all: (...values) => (queries++, statement.all(...values)),
  get: (...values) => (queries++, statement.get(...values)),
});
const rows = run({ prepare: (sql) => counted(db.prepare(sql)) });
console.log(JSON.stringify({ queries, rows }));
