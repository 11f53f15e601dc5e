// One query in DuckDB, one thread: rows and distinct subjects per user and day. Usage: node duck.mjs FOLDER
import { DuckDBInstance } from '@duckdb/node-api';

const con = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const log = `read_csv('${process.argv[2]}/oplog*.csv', header = true, all_varchar = true, ignore_errors = true, null_padding = true)`;
const run = async (name, sql) => {
  const before = process.cpuUsage();
  const rows = (await con.runAndReadAll(sql)).getRows();
  const used = process.cpuUsage(before);
  console.log(`${name}: ${(used.user / 1e6).toFixed(2)} s user CPU, ${rows.length} rows`);
};
await run('count per user, all fields', `select "利用者ID", count(*), sum(length("検索条件")), max("セッションID"), max("IPアドレス"), max("画面ID"),
  max("件数"), max("事由"), max("結果"), max("受付番号"), max("端末ID"), max("システム"), max("操作"), max("記録番号"), max("日時"), max("宛名番号") from ${log} group by 1`);
await run('count and distinct subjects per user and day', `select "利用者ID", substr("日時", 1, 10), count(*), count(distinct "宛名番号") from ${log} group by 1, 2`);
