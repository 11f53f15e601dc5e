#!/usr/bin/env python3
"""Makes of a generated organisation (gen_log.py) another kind of one, to see what the screening takes for granted.

Usage: gen_other.py FROM TO [--seed=1] [--shift=.15] [--deputies=.1] [--rush=0] [--late=0] [--names]
shift:    this share of the ordinary clerks works in shifts: every other week from noon to night, Saturdays too, and no
          table says so but the attendance list of some of them (a roster that is filed, as overtime is, for half)
deputies: this share of the long-running cases is worked on by a colleague for two weeks, with the reason 引継
rush:     on so many days in a row (the end of a fiscal year) the two largest departments leave case numbers blank, half of the time
late:     hours by which the whole log's clock was moved (a night desk, another business day)
names:    other departments, systems and columns, in another order, as another vendor's package writes them
Episodes stay as they are; lines of everybody else move, and are numbered anew. Standard library only.
"""
import csv
import datetime as dt
import gzip
import io
import json
import pathlib
import random
import sys

SYSTEMS = {"住民記録": "住基ネットワーク連携", "税務": "総合税", "国民健康保険": "国保共同電算", "介護保険": "高齢者福祉", "福祉総合": "生活支援",
           "児童手当": "こども", "健康管理": "保健センター", "人事給与": "庶務事務", "運用管理": "基盤"}
DEPTS = {"SM": "0110", "ZM": "0120", "SN": "0130", "KN": "0210", "KG": "0220", "FK": "0230", "KS": "0240", "KE": "0250", "JS": "0900", "JN": "0910",
         "KA": "0990", "SS": "1100"}
COLUMNS = {"記録番号": "id", "日時": "ts", "システム": "sys", "利用者ID": "user", "端末ID": "term", "操作": "op", "宛名番号": "subj", "受付番号": "case"}
TIME = "%Y/%m/%d %H:%M:%S"


def options(args):
    o = {"seed": 1, "shift": .15, "deputies": .1, "rush": 0, "late": 0, "names": False}
    for a in args:
        k, _, v = a[2:].partition("=")
        o[k] = True if k == "names" else type(o[k])(v)
    return o


def read(path):
    with gzip.open(path, "rt", encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read().split("\n")


def write(path, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8", "surrogateescape")))


def table(folder, name):
    return list(csv.reader(line for line in read(folder / f"{name}.csv.gz") if line))


class Log:
    def __init__(self, folder):
        path = next(folder.glob("oplog*.csv.gz"))
        self.name, lines = path.name, read(path)
        self.head = lines[0].split(",")
        self.rows = []
        for line in lines[1:]:
            if not line:
                continue
            fields = next(csv.reader([line]))
            good = len(fields) == len(self.head) and fields[0].isdigit()
            try:
                ts = dt.datetime.strptime(fields[1], TIME) if good else None
            except ValueError:
                ts = None
            self.rows.append({"raw": line, "f": fields if ts else None, "ts": ts, "moved": False})

    def since_count(self):
        """For each record that tells how many were written: how many came since the one before."""
        n = 0
        for r in self.rows:
            if r["f"] and r["f"][6] == "ログ件数":
                yield r, n
                n = 0
            else:
                n += 1

    def in_order(self):
        """Lines that moved go to where their time is; all others stay one behind the other. Numbers are dealt out again."""
        short = {id(r): int(r["f"][11]) - n for r, n in self.since_count()}
        now, keyed = dt.datetime.min, []
        for i, r in enumerate(self.rows):
            if not r["moved"] and r["ts"]:
                now = max(now, r["ts"])
            keyed.append((r["ts"] if r["moved"] else now, i, r))
        keyed.sort(key=lambda k: (k[0], k[1]))
        numbers = sorted(r["f"][0] for r in self.rows if r["f"])
        to, rows = {}, []
        at = 0
        for _, _, r in keyed:
            if r["f"]:
                old = r["f"][0]
                r["f"][0] = numbers[at]
                at += 1
                to[old] = r["f"][0]
                r["f"][1] = r["ts"].strftime(TIME)
            rows.append(r)
        self.rows = rows
        for r, n in self.since_count():
            r["f"][11] = str(n + short[id(r)])
        return to


def shift_workers(log, people, attendance, rnd, org):
    end = max(r["ts"] for r in log.rows if r["ts"])
    for user in people:
        filed = rnd.random() < .5
        for r in log.rows:
            if not r["f"] or r["f"][3] != user or r["ts"].isocalendar()[1] % 2 or r["f"][6] == "ログ件数":
                continue
            if r["ts"].hour < 6 or r["ts"].hour > 18:
                continue
            r["ts"] += dt.timedelta(hours=4.5)
            if r["ts"].weekday() == 0 and r["ts"] + dt.timedelta(5) < end:
                r["ts"] += dt.timedelta(days=5)      # Monday's work was done on Saturday, after its cases were opened
            r["moved"] = True
        if filed:
            days = sorted({r["ts"].date() for r in log.rows if r["moved"] and r["f"][3] == user})
            attendance.extend([org, user, d.isoformat(), "overtime", "12:00:00", "23:30:00"] for d in days)


def deputies(log, assign, dept_of, busy, away, share, rnd):
    cases = rnd.sample(assign[1:], int(len(assign) * share))
    for row in cases:
        case, dept, owner = row[1], row[2], row[4]
        others = [u for u, d in dept_of.items() if d == dept and u != owner and u not in busy]
        lines = [r for r in log.rows if r["f"] and r["f"][9] == case and r["f"][3] == owner and owner not in busy]
        if not others or not lines:
            continue
        stand_in, begin = rnd.choice(others), rnd.choice(lines)["ts"]
        for r in lines:
            if dt.timedelta(0) <= r["ts"] - begin <= dt.timedelta(14) and (stand_in, r["ts"].date().isoformat()) not in away:
                r["f"][3], r["f"][12] = stand_in, "引継"


def rush(log, dept_of, busy, days, rnd):
    size = {}
    for d in dept_of.values():
        size[d] = size.get(d, 0) + 1
    large = sorted(size, key=lambda d: (-size[d], d))[:2]
    all_days = sorted({r["ts"].date() for r in log.rows if r["f"]})
    begin = all_days[len(all_days) // 2]
    for r in log.rows:
        if r["f"] and r["f"][9] and dept_of.get(r["f"][3]) in large and r["f"][3] not in busy and \
                dt.timedelta(0) <= r["ts"].date() - begin < dt.timedelta(days) and rnd.random() < .5:
            r["f"][9], r["f"][8] = "", r["f"][8][:2] + "%07d" % rnd.randint(1000, 7000) + r["f"][8][9:] if rnd.random() < .3 and r["f"][8] else r["f"][8]


def main():
    source, target, o = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), options(sys.argv[3:])
    rnd = random.Random(o["seed"])
    target.mkdir()
    log = Log(source)
    truth = [json.loads(line) for line in (source / "truth.jsonl").open(encoding="utf-8")]
    busy = {u for t in truth for u in t["users"]}
    accounts, staff, assign = table(source, "accounts"), table(source, "staff"), table(source, "assignments")
    attendance = table(source, "attendance")
    org = accounts[1][0]
    dept_of = {r[1]: r[3] for r in staff[1:] if not r[staff[0].index("left")]}
    away = {(r[1], r[2]) for r in attendance[1:] if r[3] not in ("overtime", "emergency_duty")}
    moved = {r[1] for r in table(source, "moves")[1:]}
    clerks = [u for u, d in dept_of.items() if d not in ("JS", "JN", "KA") and u not in busy and u not in moved]
    shift_workers(log, rnd.sample(clerks, min(len(clerks), int(len(dept_of) * o["shift"]))), attendance, rnd, org)
    deputies(log, assign, dept_of, busy, away, o["deputies"], rnd)
    if o["rush"]:
        rush(log, dept_of, busy, o["rush"], rnd)
    if o["late"]:
        for r in log.rows:
            if r["f"]:
                r["ts"] += dt.timedelta(hours=o["late"])
    to = log.in_order()
    order = list(range(len(log.head)))
    if o["names"]:
        rnd.shuffle(order)
    rows = [[COLUMNS.get(log.head[i], log.head[i]) if o["names"] else log.head[i] for i in order]]
    raw = io.StringIO()
    out = csv.writer(raw, lineterminator="\n")
    out.writerows(rows)
    for r in log.rows:
        if not r["f"]:
            raw.write(r["raw"] + "\n")
            continue
        f = r["f"]
        if o["names"]:
            f[2] = SYSTEMS.get(f[2], f[2])
        out.writerow([f[i] for i in order])
    (target / log.name).write_bytes(gzip.compress(raw.getvalue().encode("utf-8", "surrogateescape")))
    for path in source.glob("*.csv.gz"):
        name = path.name[:-7]
        if name.startswith("oplog"):
            continue
        rows = attendance if name == "attendance" else table(source, name)
        if o["names"]:
            for row in rows[1:]:
                for i, column in enumerate(rows[0]):
                    if column in ("dept", "from_dept", "to_dept"):
                        row[i] = DEPTS.get(row[i], row[i])
                    elif column == "systems":
                        row[i] = "|".join(SYSTEMS.get(x, x) for x in row[i].split("|"))
            places = list(range(len(rows[0])))
            rnd.shuffle(places)
            rows = [[row[i] for i in places] for row in rows]
        write(target / path.name, rows)
    for t in truth:
        t["first"], t["last"] = to.get(t["first"], t["first"]), to.get(t["last"], t["last"])
    (target / "truth.jsonl").write_text("".join(json.dumps(t, ensure_ascii=False) + "\n" for t in truth), encoding="utf-8")
    events = (source / "truth_events.csv").read_text(encoding="utf-8").split("\n")
    with (target / "truth_events.csv").open("w", encoding="utf-8") as f:
        for line in events:
            number, comma, rest = line.partition(",")
            # the neighbours of a hole in the numbers stay its neighbours
            number = number if rest.split(",")[1:2] == ["B"] else to.get(number, number)
            f.write(number + comma + rest + "\n" if line else "")


main()
