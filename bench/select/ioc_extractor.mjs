// User seconds a gigabyte of the npm package ioc-extractor on the first bytes of a file: node ioc_extractor.mjs FOLDER FILE [BYTES]
// FOLDER holds node_modules/ioc-extractor.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, file, bytes = '1000000'] = process.argv.slice(2);
const resolved = createRequire(pathToFileURL(folder + '/x.js')).resolve('ioc-extractor');
const module = await import(pathToFileURL(resolved));
const extract = module.extractIOC ?? module.default?.extractIOC;
const text = readFileSync(file).subarray(0, Number(bytes)).toString('utf8');
const before = process.cpuUsage().user;
extract(text);
const seconds = (process.cpuUsage().user - before) / 1e6;
console.log(`${file}\tioc-extractor\t${(seconds * 1e9 / Buffer.byteLength(text)).toFixed(0)} s/GB`);
