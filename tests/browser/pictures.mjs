// The pictures of the README, at the size in which they stand there. usage: node pictures.mjs RENKEI MAKE_TOWN FOLDER
import { mkdirSync } from "node:fs";
import { furnish } from "./furnish.mjs";
import { end } from "./hands.mjs";
import { open, person } from "./house.mjs";

const [renkei, makeTown, folder] = process.argv.slice(2);
const house = await open({ renkei, makeTown, neighbours: true });
const things = await furnish(house);
const c = `/cases/${things["{case}"]}`;
mkdirSync(folder, { recursive: true });

async function take(login, list) {
	const page = await person(house, login, { width: 1200, height: 1000, scale: 2 / 3 });
	for (const [name, path, at] of list) {
		await page.goto(house.address + path);
		if (at)
			await page.locator(at).evaluate((e) => e.scrollIntoView());
		await page.screenshot({ path: `${folder}/${name}.png` });
	}
	await page.context().close();
}

await take("tantou", [["home", "/"], ["told", `${c}/told`], ["case", c], ["report-step", `${c}/reports/${things["{no}"]}/steps/outline`],
	["thread", `/threads/${things["{thread}"]}`]]);
await take("kansa", [["record", `/record?case=${things["{case}"]}`]]);
await end(house);
