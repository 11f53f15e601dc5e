#!/usr/bin/env python3
"""Makes an invented organisation's operation log with tables and truth, as `renkei screen` reads them.

Usage: gen_log.py OUT_DIR [--seed=1] [--difficulty=3] [--orgs=1] [--days=60] [--staff=56] [--residents=6000]
                  [--rounds=1] [--base=0] [--without=moves,loans] [--form=csv|jsonl|ltsv] [--encoding=utf-8|cp932]
base: only so many episodes of all, chosen at random, stay (a real base rate).
rounds: how many episodes of each kind of misuse an organisation gets. Everything is invented; organisations begin with 99.
Difficulty makes ordinary work untidier (blank, mistyped and late case numbers, unfiled overtime, moves that the
personnel section has not entered) and misuse smaller and better covered. Standard library only.
"""
import csv
import datetime as dt
import gzip
import json
import pathlib
import random
import sys
import zlib

SURNAMES = [(n, max(1, 420 // (i + 3))) for i, n in enumerate(
    "佐々木 阿部 千葉 菊池 及川 髙橋 工藤 熊谷 小野寺 菅原 斎藤 伊藤 畠山 遠藤 大友 村上 今野 三浦 岩渕 金野 渡邉 浜田 柏﨑 鎌田 戸田 沼倉 "
    "表 能代 十文字 ソネ 申谷 貼山 暴島 瀬川 石田 黒澤 平賀 東海林 和泉 八重樫".split())]
GIVEN = "誠 久美子 大輔 達也 陽子 健 さくら 一郎 恵 結衣 蓮 翔 美咲 浩 明 節子 茂 凛 悠斗 千代".split()
TOWNS = "本町 栄町 緑町 表町 能代町 申川 十日市 北上台 新田 上野".split()
DEPTS = [("SM", "市民課", "住民記録", 10), ("ZM", "税務課", "住民記録|税務", 8), ("SN", "収納課", "住民記録|税務", 5),
         ("KN", "国保年金課", "住民記録|国民健康保険", 6), ("KG", "介護保険課", "住民記録|介護保険", 5), ("FK", "福祉課", "住民記録|福祉総合", 6),
         ("KS", "子育て支援課", "住民記録|児童手当", 4), ("KE", "健康課", "住民記録|健康管理", 3), ("JS", "情報政策課", "運用管理", 2),
         ("JN", "総務人事課", "人事給与", 2), ("KA", "監査委員事務局", "住民記録|税務", 1), ("SS", "支所", "住民記録|税務|国民健康保険", 4)]
SCREEN = {"住民記録": "JK", "税務": "ZM", "国民健康保険": "KH", "介護保険": "KG", "福祉総合": "FK", "児童手当": "JD", "健康管理": "KE", "人事給与": "JN", "運用管理": "KR"}
REASON = {"SM": ["01届出", "03証明", "02申請"], "ZM": ["04賦課"], "SN": ["06調査"], "FK": ["06調査"], "JN": ["10給与"]}
HEAD = "記録番号,日時,システム,利用者ID,端末ID,IPアドレス,操作,画面ID,宛名番号,受付番号,検索条件,件数,事由,結果,セッションID".split(",")
KEYS = "id ts sys user term ip op scr subj case q n why res sess".split()
START = dt.date(2025, 9, 1)
HOLIDAYS = {dt.date(2025, 9, 15), dt.date(2025, 9, 23), dt.date(2025, 10, 13), dt.date(2025, 11, 3), dt.date(2025, 11, 24)}
S = dt.timedelta(seconds=1)


def knob(level, *values):
    return values[level - 1]


class Org:
    def __init__(self, number, rnd, o):
        self.no, self.r, self.o = str(number), rnd, o
        d = o["difficulty"]
        self.blank = knob(d, .02, .03, .045, .08, .12)      # case number left blank
        self.noticket = knob(d, .03, .06, .1, .2, .3)       # of these: no ticket anywhere
        self.otherhand = knob(d, .02, .04, .06, .15, .25)   # ticket opened by a colleague
        self.typo = knob(d, 0, 0, .0005, .002, .004)
        self.unfiled = knob(d, 0, .01, .03, .08, .15)       # overtime without an order
        self.came_in = knob(d, 0, 0, .01, .04, .08)         # leave on paper, at work in fact
        self.late_move = knob(d, 0, 0, .15, .4, .6)
        self.size = knob(d, 1.3, 1, .7, .45, .28)           # of misuse
        self.cover = knob(d, 0, .1, .3, .45, .55)           # misuse with somebody else's case number
        self.ev, self.truth, self.ep = [], [], 0
        self.cases, self.windows, self.loans, self.media, self.att, self.moves, self.assign = [], [], [], [], [], [], []
        self.count = {}
        self.people()
        self.days = [START + dt.timedelta(i) for i in range(o["days"])]
        self.work = [x for x in self.days if x.weekday() < 5 and x not in HOLIDAYS]

    # ---- who there is
    def people(self):
        r, o = self.r, self.o
        self.res, self.byhh = [], {}
        hh = 0
        serials = sorted(r.sample(range(1000, 1000 + o["residents"] * 11 // 10), o["residents"]))
        r.shuffle(serials)
        while len(self.res) < o["residents"]:
            hh += 1
            sur = r.choices([n for n, _ in SURNAMES], [w for _, w in SURNAMES])[0]
            addr = f"{r.choice(TOWNS)}{r.randint(1, 40)}-{r.randint(1, 30)}"
            for _ in range(r.choice((1, 1, 2, 2, 3, 4))):
                if len(self.res) == o["residents"]:
                    break
                s = serials[len(self.res)]
                p = {"no": f"{'03%07d' % s}{s * 7 % 10}", "hh": hh, "name": f"{sur} {r.choice(GIVEN)}", "addr": addr, "flags": "", "s": s}
                self.res.append(p)
                self.byhh.setdefault(hh, []).append(p)
        self.byserial = {p["s"]: p for p in self.res}
        for p in r.sample(self.res, max(3, len(self.res) // 1300)):
            p["flags"] = "V"
        for p in r.sample(self.res, max(5, len(self.res) // 550)):
            p["flags"] = p["flags"] or "D"
        self.staff, self.acc = [], []
        total = sum(x[3] for x in DEPTS)
        n = 0
        for dept, _, systems, share in DEPTS:
            for _ in range(max(1, round(share * o["staff"] / total))):
                n += 1
                a = {"id": f"s{10000 + n * 137 % 90000}", "dept": dept, "now": dept, "sys": systems.split("|"), "type": "personal",
                     "branch": 1 + n % 2 if dept == "SS" else 3 if dept == "KE" else 0, "n": n, "left": "", "last": "2025-08-31",
                     "res": r.choice(self.res) if r.random() < .7 else None, "away": set(), "dormant": False}
                a["term"] = f"{'BR' if a['branch'] else 'PC'}-{a['branch']}{100 + n:04d}"
                a["owner"] = a["id"]
                self.staff.append(a)
        self.acc = list(self.staff)
        for a in [x for x in self.staff if x["dept"] == "JS"]:
            self.acc.append(dict(a, id="adm-" + a["id"][1:], type="admin", owner=a["id"], sys=list(SCREEN)))
        for i in range(2):
            self.acc.append(dict(self.staff[0], id=f"v-ho{i + 1}", type="vendor", owner="", term=f"DC-4001{i}", sys=list(SCREEN), res=None, dept="JS"))
        for i in range(4):
            self.acc.append(dict(self.staff[0], id=f"rinji{i + 1:02d}", type="temporary", owner="", term=f"PC-0006{i}", res=None))
        self.acc.append(dict(self.staff[12], id="batch-zei", type="batch", owner="", term="DC-40001", res=None))
        self.clerks = [a for a in self.staff if a["dept"] not in ("JS", "JN", "KA")]
        # a few accounts sleep; a few people leave or move
        for a in r.sample(self.clerks, 3):
            a["dormant"], a["last"] = True, "2025-02-10"
        for a in r.sample([x for x in self.clerks if not x["dormant"]], 2):
            a["left"] = (START + dt.timedelta(r.randint(10, 25))).isoformat()
        movers = r.sample([x for x in self.clerks if not x["dormant"] and not x["left"] and x["dept"] in ("ZM", "KN", "KG", "FK", "KS")], 4)
        for a in movers:
            to = r.choice([x for x in DEPTS if x[0] in ("ZM", "KN", "KG", "FK", "KS") and x[0] != a["dept"]])
            a["move"] = (START + dt.timedelta(30), to[0])
            a["told"] = r.random() >= self.late_move
            if a["told"]:
                self.moves.append((a["id"], a["move"][0], a["dept"], to[0]))
        for i, p in enumerate(r.sample(self.res, 400)):
            dept = r.choice(["SN", "FK", "KG", "KE"])
            owner = r.choice([a for a in self.clerks if a["dept"] == dept] or self.clerks)
            self.assign.append((f"{dept}-K{i:06d}", dept, p, owner))
        self.mine = {}
        for c in self.assign:
            self.mine.setdefault(c[3]["id"], []).append(c)

    def dept_of(self, a, day):
        return a["move"][1] if "move" in a and day >= a["move"][0] else a["dept"]

    def systems(self, dept):
        return next(x[2] for x in DEPTS if x[0] == dept).split("|")

    # ---- writing
    def put(self, ts, a, sys_, op, subj="", case="", q="", n=1, why="", res="OK", term=None, ep=None, sess=None):
        term = term or a["term"]
        code = {"ログイン": "02", "ログアウト": "03", "検索": "04", "照会": "05", "更新": "06", "印刷": "07", "証明発行": "08", "CSV出力": "09"}.get(op, "01")
        row = [ts, sys_, a["id"], term, f"10.1.{16 * int(term[3])}.{int(term[4:]) % 250}", op, SCREEN[sys_] + code, subj, case, q, n, why, res,
               sess or "%08x" % zlib.crc32((a["id"] + str(ts.date()) + term).encode()), ep]
        self.ev.append(row)
        return row

    def ticket(self, dept, p, ts, by):
        k = (dept, ts.date())
        self.count[k] = self.count.get(k, 0) + 1
        c = f"{dept}{ts:%y%m%d}-{self.count[k]:04d}"
        self.cases.append((c, dept, p["no"], ts, by["id"]))
        return c

    def query(self, p):
        k = self.r.random()
        if k < .3:
            return f"氏名カナ={p['name'].split(' ')[0]}*", self.r.randint(2, 90)
        if k < .6:
            return f"氏名={p['name']},生年月日=19{self.r.randint(40, 99)}-0{self.r.randint(1, 9)}-1{self.r.randint(0, 9)}", 1
        if k < .7:
            return f"氏名=\"{p['name']}\"", self.r.randint(1, 9)
        return (f"宛名番号={p['no']}", 1) if k < .9 else (f"住所={p['addr']}", self.r.randint(1, 12))

    def visit(self, ts, a, dept):
        """One piece of ordinary work: search, a few views, perhaps more."""
        r = self.r
        sys_ = r.choice(self.systems(dept))
        why = r.choice(REASON.get(dept, ["02申請"]))
        if r.random() < .15 and self.mine.get(a["id"]):
            c, _, p, _ = r.choice(self.mine[a["id"]])
            by = a
        else:
            p = r.choice(self.res)
            by = r.choice([x for x in self.clerks if x["dept"] == dept] or [a]) if r.random() < self.otherhand else a
            c = self.ticket(dept, p, ts - r.randint(0, 1800) * S, by)
            if r.random() < .03 and len(self.cases) > 50:
                old = r.choice(self.cases[-3000:])
                if (ts - old[3]).days < 80 and old[1] == dept:
                    self.cases.pop()
                    c, p = old[0], next((q for q in self.res if q["no"] == old[2]), p)
        shown = c
        if r.random() < self.blank:
            shown = ""
            why = r.choice(["", "08電話照会", why])
            if r.random() < self.noticket and self.cases and self.cases[-1][0] == c:
                self.cases.pop()
        elif r.random() < self.typo and self.cases:
            shown = r.choice(self.cases[-400:])[0]
        if r.random() < .55:
            q, n = self.query(p)
            self.put(ts, a, sys_, "検索", q=q, n=n)
        ts += r.randint(4, 15) * S
        for _ in range(r.choice((1, 2, 2, 3))):
            who = r.choice(self.byhh[p["hh"]]) if r.random() < .1 else p
            self.put(ts, a, sys_, "照会", who["no"], shown, why=why)
            ts += r.randint(10, 60) * S
        if r.random() < .3:
            self.put(ts, a, sys_, r.choice(["更新", "証明発行", "印刷"]), p["no"], shown, why=why)

    def day_of_work(self, a, day, kind):
        r = self.r
        dept = self.dept_of(a, day)
        t0 = dt.datetime.combine(day, dt.time(8, 25)) + r.randint(0, 500) * S
        end = dt.datetime.combine(day, dt.time(17, 15)) + r.randint(-600, 600) * S
        if kind == "work" and r.random() < .18:
            end += r.randint(1800, 9000) * S
            if r.random() >= self.unfiled:
                self.att.append((a["id"], day, "overtime", "17:15:00", (end + 300 * S).strftime("%H:%M:%S")))
        sys0 = self.systems(dept)[-1]
        for _ in range(1 + (r.random() < .05)):
            if r.random() < .05:
                self.put(t0 - 20 * S, a, sys0, "ログイン", n=0, res="NG:認証")
        self.put(t0, a, sys0, "ログイン", n=0)
        if dept not in ("JS", "JN", "KA"):
            for _ in range(max(2, int(r.gauss(13, 4)))):
                self.visit(t0 + r.random() * (end - t0 - 300 * S), a, dept)
        elif dept == "JS" and r.random() < .4:
            self.put(t0 + 3000 * S, a, "運用管理", "パスワード初期化", case=f"JS{day:%y%m%d}-0001", n=0, why="02申請")
        if r.random() < .02 and dept not in ("JS", "JN"):
            self.put(t0 + r.randint(600, 20000) * S, a, sys0, "CSV出力", n=r.randint(5, 170), why="09点検")
        self.put(end, a, sys0, "ログアウト", n=0)

    def ordinary(self):
        r = self.r
        for day in self.days:
            free = day not in self.work
            for a in self.staff:
                if a["dormant"]:
                    if day in self.work:
                        self.att.append((a["id"], day, "long_absence", "", ""))
                    continue
                if a["left"] and day.isoformat() > a["left"]:
                    continue
                if free:
                    if day.weekday() == 6 and a["dept"] == "SM" and r.random() < .1:
                        self.att.append((a["id"], day, "holiday_duty", "08:20:00", "17:35:00"))
                        self.day_of_work(a, day, "counter")
                    continue
                if r.random() < .04:
                    self.att.append((a["id"], day, "leave", "", ""))
                    a["away"].add(day)
                    if r.random() >= self.came_in:
                        continue
                self.day_of_work(a, day, "work")
            b = next(x for x in self.acc if x["type"] == "batch")
            t = dt.datetime.combine(day, dt.time(23, 10))
            self.put(t, b, "税務", "ログイン", n=0)
            self.put(t + 600 * S, b, "税務", "ログアウト", n=0)
        v = dt.datetime.combine(self.work[8], dt.time(18))
        for a in self.acc:
            if a["type"] == "vendor":
                self.windows.append((a["id"], v, v + 10800 * S, "vendor_maintenance"))
                self.put(v + 900 * S, a, "運用管理", "ログイン", n=0)

    # ---- misuse
    def begin(self, kind, cls="misuse"):
        self.ep += 1
        self.truth.append({"org": int(self.no), "ep": self.ep, "class": cls, "kind": kind})
        return self.ep

    def clerk(self, **kw):
        pool = [a for a in self.clerks if not a["dormant"] and not a["left"] and "move" not in a and not a.get("used")]
        pool = pool or [a for a in self.clerks if not a["dormant"] and not a["left"]]
        if kw.get("resident"):
            pool = [a for a in pool if a["res"]] or [a for a in self.clerks if a["res"]]
        a = self.r.choice(pool)
        a["used"] = True
        return a

    def some(self, n, least=1):
        return max(least, round(n * self.size * self.r.uniform(.8, 1.25)))

    def wday(self, a=None, lo=0):
        days = [d for d in self.work[lo:] if not a or d not in a["away"]]
        return self.r.choice(days or self.work)

    def worked(self, a):
        return [d for d in self.work if d not in a["away"]]

    def at(self, day, h0=8.6, h1=17):
        return dt.datetime.combine(day, dt.time()) + self.r.randint(int(h0 * 3600), int(h1 * 3600)) * S

    def false_case(self, a, ts):
        mine = [c for c in self.cases if c[1] == a["dept"] and 0 <= (ts - c[3]).days < 25]
        return self.r.choice(mine)[0] if mine else ""

    def peek(self, ts, a, p, ep, search=.7, views=1, case=None, sys_=None, op="照会", term=None):
        sys_ = sys_ or "住民記録"
        why = self.r.choice(["", "", "08電話照会"])
        if case is None:
            case = self.false_case(a, ts) if self.r.random() < self.cover else ""
        if self.r.random() < search:
            q = f"氏名={p['name']},生年月日=1970-01-0{self.r.randint(1, 9)}" if self.r.random() < .6 else f"氏名カナ={p['name']}"
            self.put(ts, a, sys_, "検索", q=q, n=1, ep=ep, term=term)
            ts += self.r.randint(5, 14) * S
        for _ in range(views):
            self.put(ts, a, sys_, op, p["no"], case, why="02申請" if case else why, ep=ep, term=term)
            ts += self.r.randint(8, 40) * S

    def spread(self, a, n, days, ep, **kw):
        own = [d for d in self.work if d not in a["away"]]
        for d in sorted(self.r.sample(own, min(days, len(own)))):
            for _ in range(n):
                self.peek(self.at(d), a, self.r.choice(self.res), ep, search=.15, **kw)

    def burst(self, a, ts, n, ep, gap=50, search=0, login=True, **kw):
        if login:
            self.put(ts, a, a["sys"][-1] if a["type"] != "temporary" else "住民記録", "ログイン", n=0, ep=ep, term=kw.get("term"))
        for _ in range(n):
            ts += self.r.randint(gap // 2, gap * 2) * S
            self.peek(ts, a, self.r.choice(self.res), ep, search=search, case="", **kw)
        if login:
            self.put(ts + 200 * S, a, "住民記録", "ログアウト", n=0, ep=ep, term=kw.get("term"))

    def misuse(self):
        r = self.r
        flagged = lambda f: r.choice([p for p in self.res if p["flags"] == f])
        a = self.clerk()
        self.peek(self.at(self.wday(a)), a, flagged("V"), self.begin("vip_peek"), views=self.some(2))
        a, ep = self.clerk(), self.begin("coworker_peek")
        t = r.choice([x for x in self.staff if x["res"] and x is not a])["res"]
        for d in r.sample(self.worked(a), self.some(3, 2 if self.size > .3 else 1)):
            self.peek(self.at(d), a, t, ep, views=r.randint(1, 2))
        a, ep = self.clerk(resident=True), self.begin("family_peek")
        for d in r.sample(self.worked(a), self.some(2)):
            for p in self.byhh[a["res"]["hh"]]:
                if p is not a["res"] or len(self.byhh[a["res"]["hh"]]) == 1:
                    self.peek(self.at(d), a, p, ep, search=.2)
        if len(self.byhh[a["res"]["hh"]]) == 1:
            self.truth[-1]["kind"] = "self_view"
        a, ep = self.clerk(resident=True), self.begin("self_view")
        for d in r.sample(self.worked(a), self.some(2)):
            self.peek(self.at(d), a, a["res"], ep)
        a, ep = self.clerk(resident=True), self.begin("neighbour_peek")
        block = a["res"]["addr"].split("-")[0]
        near = [p for p in self.res if p["addr"].split("-")[0] == block and p["hh"] != a["res"]["hh"]]
        d0 = r.randrange(len(self.work) - 5)
        for p in r.sample(near, min(len(near), self.some(8, 4))):
            self.peek(self.at(self.work[d0 + r.randint(0, 4)]), a, p, ep, search=.4)
        a, ep = self.clerk(), self.begin("same_surname")
        rare = r.choice([n for n, w in SURNAMES if w < 20])
        same = [p for p in self.res if p["name"].startswith(rare + " ")]
        heads = list({p["hh"]: p for p in same}.values())
        d0 = r.randrange(len(self.work) - 3)
        for p in r.sample(heads, min(len(heads), self.some(8, 5))):
            self.peek(self.at(self.work[d0 + r.randint(0, 2)]), a, p, ep, search=.4)
        a, ep = self.clerk(), self.begin("repeat_target")
        p = r.choice([x for x in self.res if not x["flags"]])
        for d in r.sample(self.worked(a), self.some(9, 4)):
            self.peek(self.at(d), a, p, ep, views=r.randint(1, 2))
        a = self.clerk()
        self.peek(self.at(self.wday(a)), a, flagged("D"), self.begin("protected_view"), views=self.some(2))
        ep = self.begin("hotspot_subject")
        p, d0 = r.choice(self.res), r.randrange(len(self.work) - 3)
        for a in r.sample([x for x in self.clerks if not x["dormant"] and not x["left"]], self.some(9, 5)):
            self.peek(self.at(self.work[d0 + r.randint(0, 2)]), a, p, ep, search=1)
        a, ep = self.clerk(), self.begin("sequential_scan")
        s, ts = r.randint(1100, self.o["residents"] - 300), self.at(self.wday(a), 9, 14)
        n = self.some(180, 40)
        for k in range(n):
            q = self.byserial.get(s + k)
            ts += r.randint(4, 25) * S
            self.put(ts, a, "住民記録", "照会", q["no"] if q else f"03{s + k:07d}{(s + k) * 7 % 10}", why=r.choice(["", "08電話照会"]), res="OK" if q else "NG:該当なし", ep=ep)
        a = self.clerk()
        self.spread(a, self.some(10, 4), min(28, len(self.work) - 5), self.begin("slow_bulk"))
        a, ep = self.clerk(), self.begin("sudden_volume")
        d = self.wday(a)
        for _ in range(self.some(150, 30)):
            self.peek(self.at(d), a, r.choice(self.res), ep, search=.1)
        a, ep = self.clerk(), self.begin("export_spike")
        d = self.wday(a)
        for _ in range(self.some(4)):
            self.put(self.at(d), a, a["sys"][-1], "CSV出力", n=r.randint(2000, 20000), why=r.choice(["", "09点検"]), ep=ep)
        a, ep = self.clerk(), self.begin("print_spike")
        ts = self.at(self.wday(a), 13, 15.5)
        for _ in range(self.some(60, 15)):
            ts += r.randint(20, 120) * S
            self.peek(ts, a, r.choice(self.res), ep, search=0, op="印刷")
        a, ep = self.clerk(), self.begin("media_write")
        ts = self.at(self.wday(a))
        n = r.randint(800, 9000)
        self.put(ts, a, a["sys"][-1], "CSV出力", n=n, ep=ep)
        self.put(ts + 300 * S, a, "運用管理", "媒体書出", n=n, ep=ep)
        a, ep = self.clerk(), self.begin("out_of_hours")
        self.burst(a, self.at(self.wday(a), 21, 22.5), self.some(24, 8), ep)
        a, ep = self.clerk(), self.begin("absent_owner")
        d = r.choice(sorted(a["away"]) or self.work)
        if not any(x[0] == a["id"] and x[1] == d for x in self.att):
            self.att.append((a["id"], d, "leave", "", ""))
        self.burst(a, self.at(d, 10, 14), self.some(20, 7), ep, term=f"{a['term'][:4]}{r.randint(50, 90):04d}")
        a, ep = r.choice([x for x in self.staff if x["left"]]), self.begin("left_account")
        self.burst(a, self.at(r.choice([d for d in self.work if d.isoformat() > a["left"]])), self.some(16, 4), ep)
        a, ep = r.choice([x for x in self.staff if x["dormant"]]), self.begin("dormant_account")
        self.burst(a, self.at(self.wday(None, 5)), self.some(18, 5), ep)
        a, ep = r.choice([x for x in self.staff if "move" in x and x["told"]] or [None]), None
        if a:
            ep = self.begin("stale_rights")
            old = [s for s in self.systems(a["dept"]) if s not in self.systems(a["move"][1])]
            days = [d for d in self.worked(a) if d > a["move"][0] + dt.timedelta(15)]
            for d in r.sample(days, min(3, len(days))):
                for _ in range(self.some(10, 3)):
                    self.peek(self.at(d), a, r.choice(self.res), ep, search=0, sys_=old[0] if old else "税務")
        a, ep = r.choice([x for x in self.clerks if x["dept"] == "FK" and not x["dormant"] and not x["left"] and "move" not in x]), self.begin("not_assigned")
        others = [c for c in self.assign if c[1] == a["dept"] and c[3] is not a]
        for d in r.sample(self.worked(a), 3):
            for c in r.sample(others, min(len(others), self.some(11, 4))):
                self.put(self.at(d), a, "福祉総合", "照会", c[2]["no"], c[0], why="06調査", ep=ep)
        a, ep = self.clerk(), self.begin("false_case_no")
        for d in r.sample(self.worked(a)[5:], 2):
            for _ in range(self.some(10, 4)):
                ts = self.at(d)
                self.put(ts, a, "住民記録", "照会", r.choice(self.res)["no"], self.false_case(a, ts), why="02申請", ep=ep)
        a = r.choice([x for x in self.clerks if x["branch"] == 0 and not x["dormant"] and not x["left"] and not x.get("used")] or self.clerks)
        a["used"] = True
        self.burst(a, self.at(self.wday(a), 9.5, 15), self.some(16, 6), self.begin("concurrent_use"), gap=130, term="BR-10225")
        a = r.choice([x for x in self.acc if x["type"] == "temporary"])
        self.burst(a, self.at(self.wday(), 12, 15), self.some(7, 3), self.begin("temp_card"))
        a, ep = self.clerk(), self.begin("login_bruteforce")
        ts = self.at(self.wday(a), 11, 12)
        for _ in range(self.some(60, 15)):
            ts += r.randint(2, 20) * S
            self.put(ts, a, "住民記録", "ログイン", n=0, res="NG:認証", term="BR-20324", ep=ep)
        ep, ts = self.begin("password_spray"), self.at(self.wday(), 9, 13)
        for a in r.sample(self.staff, min(len(self.staff), self.some(25, 8))):
            for _ in range(r.randint(1, 2)):
                ts += r.randint(10, int(60 / self.size)) * S
                self.put(ts, a, "住民記録", "ログイン", n=0, res="NG:認証", term="DC-40040", ep=ep)
        a, ep = r.choice([x for x in self.acc if x["type"] == "admin"]), self.begin("admin_off_window")
        ts = self.at(self.wday(), 20, 23)
        for op in r.sample(["権限変更", "ログ設定変更", "パスワード初期化", "権限変更", "ログ設定変更"], self.some(4, 2)if self.size < 1 else 5):
            ts += 70 * S
            self.put(ts, a, "運用管理", op, n=0, ep=ep)
        a, ep = r.choice([x for x in self.acc if x["type"] == "admin"]), self.begin("self_grant")
        own = next(x for x in self.staff if x["id"] == a["owner"])
        ts = self.at(self.wday(None, 3), 9, 12)
        self.put(ts, a, "運用管理", "権限変更", n=0, ep=ep)
        for _ in range(self.some(12, 4)):
            ts += 300 * S
            self.peek(ts, own, r.choice(self.res), ep, search=0, sys_="税務", case="")
        self.put(ts + 300 * S, a, "運用管理", "権限変更", n=0, ep=ep)
        self.gap_ep = self.begin("log_gap")
        self.back_ep = self.begin("log_backdate")
        a, ep = self.clerk(), self.begin("name_fishing")
        for d in r.sample(self.worked(a), self.some(3)):
            for _ in range(self.some(25, 10)):
                p = r.choice(self.res)
                ts = self.at(d)
                self.put(ts, a, "住民記録", "検索", q=f"氏名={p['name']},生年月日=1965-05-05" if r.random() < .7 else f"氏名=\"{p['name']}\"", n=1, ep=ep)
                if r.random() < .15:
                    self.put(ts + 9 * S, a, "住民記録", "照会", p["no"], ep=ep)
        a, ep = r.choice([x for x in self.staff if x["dept"] == "JS"]), self.begin("remote_snoop")
        for d in r.sample(self.worked(a), 2):
            for _ in range(self.some(20, 4)):
                self.put(self.at(d), a, "運用管理", "遠隔操作", ep=ep)
        a, ep = r.choice([x for x in self.acc if x["type"] == "vendor"]), self.begin("vendor_out_of_scope")
        for d in r.sample(self.worked(a), 2):
            ts = self.at(d, 19, 21)
            self.put(ts, a, "運用管理", "ログイン", n=0, ep=ep)
            self.put(ts + 200 * S, a, "住民記録", "CSV出力", n=r.randint(20000, 70000), ep=ep)
        a = r.choice([x for x in self.clerks if x["dept"] in ("ZM", "SM") and not x["dormant"] and not x["left"] and "move" not in x])
        ep = self.begin("foreign_system")
        for d in r.sample([d for d in self.work if d not in a["away"]], 3):
            for _ in range(self.some(9, 3)):
                self.peek(self.at(d), a, r.choice(self.res), ep, search=0, sys_="福祉総合", case="")

    def thin(self, base):
        """A real base rate: most episodes did not happen."""
        stay = set(self.r.sample([t["ep"] for t in self.truth], min(base, len(self.truth))))
        self.ev = [e for e in self.ev if not e[14] or e[14] in stay]
        self.truth = [t for t in self.truth if t["ep"] in stay]
        self.keep_gap, self.keep_back = self.gap_ep in stay, self.back_ep in stay

    def harmless(self):
        r = self.r
        for kind, why, purpose in (("audit_sampling", "12監査", "audit"), ("handover_bulk", "11異動", "handover")):
            a, ep = self.clerk(), self.begin(kind, "decoy")
            d = self.wday(a)
            self.windows.append((a["id"], dt.datetime.combine(d, dt.time(8)), dt.datetime.combine(d, dt.time(20)), purpose))
            for _ in range(45):
                self.put(self.at(d), a, "住民記録", "照会", r.choice(self.res)["no"], why=why, ep=ep)
        a, ep = self.clerk(), self.begin("approved_export", "decoy")
        d = self.wday(a)
        self.windows.append((a["id"], dt.datetime.combine(d, dt.time(8)), dt.datetime.combine(d, dt.time(20)), "export"))
        self.media.append((a["id"], d))
        self.put(self.at(d), a, a["sys"][-1], "CSV出力", n=15000, why="04賦課", ep=ep)
        self.put(self.at(d), a, "運用管理", "媒体書出", n=15000, why="04賦課", ep=ep)
        ep = self.begin("vip_with_case", "decoy")
        p = r.choice([x for x in self.res if x["flags"] == "V"])
        a = self.clerk()
        ts = self.at(self.wday(a))
        c = self.ticket(a["dept"], p, ts - 60 * S, a)
        for k in range(3):
            self.put(ts + k * 40 * S, a, "住民記録", "照会", p["no"], c, why="01届出", ep=ep)
        ep, d, p = self.begin("busy_subject", "decoy"), self.wday(), r.choice(self.res)
        for a in r.sample([x for x in self.clerks if "move" not in x and not x["dormant"] and not x["left"]], 6):
            ts = self.at(d)
            c = self.ticket(a["dept"], p, ts - 90 * S, a)
            self.put(ts, a, "住民記録", "照会", p["no"], c, why="02申請", ep=ep)
        a, ep = r.choice([x for x in self.acc if x["type"] == "temporary"]), self.begin("temp_card_loaned", "decoy")
        d = self.wday()
        self.loans.append((a["id"], self.clerks[0]["id"], d))
        for _ in range(10):
            p, ts = r.choice(self.res), self.at(d)
            self.put(ts, a, "住民記録", "照会", p["no"], self.ticket("SM", p, ts, self.clerks[0]), why="03証明", ep=ep)
        ep, d = self.begin("emergency_duty", "decoy"), self.wday()
        for a in r.sample([x for x in self.clerks if not x["dormant"] and not x["left"]], 4):
            self.att.append((a["id"], d, "emergency_duty", "19:30:00", "23:59:59"))
            for _ in range(18):
                self.put(self.at(d, 20, 23), a, "住民記録", "照会", r.choice(self.res)["no"], why="13災害", ep=ep)
        a, ep = r.choice([x for x in self.acc if x["type"] == "admin"]), self.begin("change_window", "decoy")
        d = self.wday()
        self.windows.append((a["id"], dt.datetime.combine(d, dt.time(22)), dt.datetime.combine(d, dt.time(23, 59)), "change"))
        for k in range(5):
            self.put(dt.datetime.combine(d, dt.time(22, 10 + k)), a, "運用管理", "ログ設定変更", n=0, why="15保守", ep=ep)

    # ---- numbering, gaps, damage
    def finish(self, rounds):
        r = self.r
        b = next(x for x in self.acc if x["type"] == "batch")
        self.ev.sort(key=lambda e: e[0])
        out, per_day = [], {}
        gap_day, back_day = self.wday(), self.wday()
        for e in self.ev:
            if per_day and e[0].date() not in per_day:
                day = max(per_day)
                out.append([dt.datetime.combine(day, dt.time(23, 59, 58)), "運用管理", b["id"], b["term"], "10.1.64.3", "ログ件数", "KR10", "", "", "",
                            per_day[day], "", "OK", "0", None])
            per_day[e[0].date()] = per_day.get(e[0].date(), 0) + 1
            out.append(e)
        at = [i for i, e in enumerate(out) if e[0].date() == gap_day and e[0].hour == 15][:60]
        if not getattr(self, "keep_gap", True):
            at = []
        gone = set(r.sample(at, min(len(at), self.some(14, 4)))) if at else set()
        owner, rows, n = [], [], 0
        back = [i for i, e in enumerate(out) if e[0].date() == back_day and 13 <= e[0].hour < 16 and i not in gone and e[5] == "照会"]
        if not getattr(self, "keep_back", True):
            back = []
        back = set(back[k] for k in range(0, min(3, len(back))))
        for i, e in enumerate(out):
            n += 1
            rid = f"{self.no}{n:010d}"
            ep = e[14]
            if i in back:
                e[0] -= r.randint(3600, 3 * 3600) * S
                ep = self.back_ep
            near = any(k in gone for k in (i - 1, i + 1)) or (e[5] == "ログ件数" and e[0].date() == gap_day)
            if i in gone:
                continue
            if near:
                owner.append((rid, self.gap_ep, "B"))
            if ep:
                owner.append((rid, ep, "M"))
            rows.append((rid, e))
        users, span = {}, {}
        for rid, ep, _ in owner:
            span.setdefault(ep, []).append(rid)
        for rid, e in rows:
            if e[14]:
                users.setdefault(e[14], set()).add(e[2])
        for t in self.truth:
            ids = span.get(t["ep"], [])
            t.update(severity=3, users=sorted(users.get(t["ep"], ())), events=len(ids), first=min(ids, default=""), last=max(ids, default=""))
            t["from"] = t["to"] = ""
        self.truth = [t for t in self.truth if t["events"]]
        return rows, owner


def line(form, rid, e):
    v = [rid, f"{e[0]:%Y/%m/%d %H:%M:%S}"] + [str(x) for x in e[1:14]]
    if form == "csv":
        return ",".join('"' + x.replace('"', '""') + '"' if "," in x or '"' in x else x for x in v)
    v[1] = f"{e[0]:%Y-%m-%dT%H:%M:%S}+09:00"
    if form == "ltsv":
        keys = ["id", "time"] + KEYS[2:5] + ["host"] + KEYS[6:]
        return "\t".join(f"{k}:{x or '-'}" for k, x in zip(keys, v))
    return json.dumps({k: int(x) if k == "n" else x for k, x in zip(KEYS, v) if x != ""}, ensure_ascii=False, separators=(",", ":"))


def main():
    o = {"seed": 1, "difficulty": 3, "orgs": 1, "days": 60, "staff": 56, "residents": 6000, "rounds": 1, "base": 0, "without": "", "form": "csv", "encoding": "utf-8"}
    out = pathlib.Path(next(a for a in sys.argv[1:] if not a.startswith("--")))
    for a in sys.argv[1:]:
        if a.startswith("--"):
            k, v = a[2:].split("=", 1)
            o[k] = type(o[k])(v)
    out.mkdir(parents=True, exist_ok=True)
    tables = {k: [] for k in ("staff", "accounts", "moves", "attendance", "calendar", "departments", "cases", "assignments", "windows", "loans", "media", "residents")}
    truth, owners = [], []
    rnd = random.Random(o["seed"])
    ext = {"csv": "csv", "jsonl": "jsonl", "ltsv": "ltsv"}[o["form"]]
    for k in range(o["orgs"]):
        org = Org(990021 + 10 * k, rnd, o)
        org.ordinary()
        for _ in range(o["rounds"]):
            org.misuse()
        if o["base"]:
            org.thin(o["base"])
        org.harmless()
        rows, owner = org.finish(o["rounds"])
        text = [",".join(HEAD)] if o["form"] == "csv" else []
        text += [line(o["form"], rid, e) for rid, e in rows]
        for i in rnd.sample(range(1, len(text)), 3):
            text[i] = text[i][: rnd.randint(30, 90)]
        with gzip.open(out / f"oplog_{org.no}.{ext}.gz", "wb", compresslevel=1) as f:
            f.write(("\n".join(text) + "\n").encode(o["encoding"], "replace"))
        n = org.no
        tables["staff"] += [(n, a["id"], "", a["dept"], "", "", a["left"], a["res"]["no"] if a["res"] else "") for a in org.staff]
        tables["accounts"] += [(n, a["id"], a["type"], a["owner"], a["dept"], "", "", a["last"], a["term"], "|".join(a["sys"])) for a in org.acc]
        tables["moves"] += [(n, *m) for m in org.moves]
        tables["attendance"] += [(n, *x) for x in org.att]
        tables["cases"] += [(n, *x) for x in org.cases]
        tables["assignments"] += [(n, c, d, p["no"], a["id"], "", "") for c, d, p, a in org.assign]
        tables["windows"] += [(n, *w) for w in org.windows]
        tables["loans"] += [(n, *x, "reissue") for x in org.loans]
        tables["media"] += [(n, *x, "tax") for x in org.media]
        tables["residents"] += [(n, p["no"], p["hh"], p["name"], "", p["addr"], p["flags"]) for p in org.res]
        truth += org.truth
        owners += [(rid, ep, c, n) for rid, ep, c in owner]
        days = org.days
    tables["departments"] = [d[:3] for d in DEPTS]
    tables["calendar"] = [(d, "holiday" if d in HOLIDAYS else "weekend" if d.weekday() == 5 else "weekend_sunday_counter" if d.weekday() == 6 else "workday") for d in days]
    heads = {"staff": "org,staff,name,dept,building,hired,left,resident_no", "accounts": "org,account,type,owner,dept,valid_from,valid_to,last_used_before,terminal,systems",
             "moves": "org,account,date,from_dept,to_dept", "attendance": "org,account,date,status,from,to", "calendar": "date,kind", "departments": "dept,name,systems",
             "cases": "org,case,dept,resident_no,opened,opened_by", "assignments": "org,case,dept,resident_no,account,from,to",
             "windows": "org,account,from,to,purpose", "loans": "org,card,account,date,purpose", "media": "org,account,date,purpose",
             "residents": "org,resident_no,household,name,kana,address,flags"}
    for k, rows in tables.items():
        if k in o["without"].split(","):
            continue
        with gzip.open(out / f"{k}.csv.gz", "wt", encoding="utf-8", newline="", compresslevel=1) as f:
            f.write(heads[k] + "\n")
            csv.writer(f, lineterminator="\n").writerows(rows)
    with (out / "truth.jsonl").open("w", encoding="utf-8") as f:
        f.writelines(json.dumps(t, ensure_ascii=False) + "\n" for t in truth)
    with (out / "truth_events.csv").open("w", encoding="utf-8", newline="") as f:
        f.write("id,ep,class,org\n")
        csv.writer(f, lineterminator="\n").writerows(owners)


main()
