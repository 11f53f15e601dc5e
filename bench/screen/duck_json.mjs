// Count per user over JSON Lines in DuckDB, one thread. Usage: node duck_json.mjs FOLDER
import { DuckDBInstance } from '@duckdb/node-api';
const con = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const log = `read_json('${process.argv[2]}/oplog*.jsonl', format = 'newline_delimited', ignore_errors = true, columns = {id:'VARCHAR',ts:'VARCHAR',sys:'VARCHAR',"user":'VARCHAR',term:'VARCHAR',ip:'VARCHAR',op:'VARCHAR',scr:'VARCHAR',subj:'VARCHAR',"case":'VARCHAR',q:'VARCHAR',n:'VARCHAR',why:'VARCHAR',res:'VARCHAR',sess:'VARCHAR'})`;
const before = process.cpuUsage();
const rows = (await con.runAndReadAll(`select "user", count(*), max(id), max(ts), max(sys), max(term), max(ip), max(op), max(scr), max(subj), max("case"), max(q), max(n), max(why), max(res), max(sess) from ${log} group by 1`)).getRows();
console.log(`JSON Lines, count per user, all fields: ${(process.cpuUsage(before).user / 1e6).toFixed(2)} s user CPU, ${rows.length} rows`);
