#!/usr/bin/env python3
"""Makes `enum stmt` and the tables of statements and migrations from .sql files.

Statements (any .sql file whose name does not begin with four digits), separated by headings:

    -- name: duty_open_before
    -- in:  node:int, due:msec      out: id:int, kind:word, note:text?
    -- may: core.duty
    -- on: sqlite                   (only where the databases differ; then the same name once for each)
    -- scan: reason                 (only where the statement must read a whole table)
    SELECT ... WHERE node = ?1 ...;

Types: int msec jday bool (integers), word id text (text), blob; '?' behind it: may be NULL. Parameters are ?1 ?2 ...
and become $1 $2 ... for PostgreSQL.

Migrations: files named NNNN_name.sql; `-- projection: yes` when only projections fill its tables. Written in the
SQLite dialect with STRICT tables; for PostgreSQL the types are changed and STRICT dropped. A part between
`-- on: sqlite` or `-- on: pg` and `-- on: all` is for that database alone.
"""
import pathlib
import re
import sys

TYPES = {"int": "CELL_INT", "msec": "CELL_INT", "jday": "CELL_INT", "bool": "CELL_INT",
         "word": "CELL_TEXT", "id": "CELL_TEXT", "text": "CELL_TEXT", "blob": "CELL_BLOB"}
BACKENDS = ("sqlite", "pg")


def stop(path, number, why):
    sys.exit(f"{path}:{number}: {why}")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def values(path, number, text):
    out = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        match = re.fullmatch(r"([a-z][a-z0-9_]*):([a-z]+)(\??)", part)
        if not match or match.group(2) not in TYPES:
            stop(path, number, f"not of the form name:type: {part}")
        out.append((match.group(1), TYPES[match.group(2)], bool(match.group(3))))
    return out


def blocks(path):
    """Yields (number of its first line, heading, sql) of each statement."""
    current = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        head = re.fullmatch(r"-- (name|in|out|may|on|scan):\s*(.*)", line)
        if head and head.group(1) == "name":
            if current:
                yield current
            current = (number, {"name": head.group(2).strip()}, [])
        elif head:
            if not current:
                stop(path, number, "a heading begins with `-- name:`")
            key, rest = head.groups()
            if key == "in" and "out:" in rest:
                rest, behind = rest.split("out:", 1)
                current[1]["out"] = behind
            current[1][key] = rest.strip()
        elif line.startswith("--") or not line.strip():
            continue
        elif not current:
            stop(path, number, "a statement without heading")
        else:
            current[2].append(line.strip())
    if current:
        yield current


def read_statements(paths):
    found = {}
    for path in paths:
        for number, head, lines in blocks(path):
            name, sql = head["name"], " ".join(lines)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                stop(path, number, f"bad name {name}")
            if not sql.endswith(";") or sql.count(";") != 1:
                stop(path, number, "one statement, ended by one semicolon")
            if "may" not in head:
                stop(path, number, "say who may run it: `-- may: core.…`")
            spec = found.setdefault(name, {"sql": {}, "where": f"{path.name}:{number}"})
            mine = (values(path, number, head.get("in", "")), values(path, number, head.get("out", "")),
                    head["may"], "scan" in head)
            if "spec" in spec and spec["spec"] != mine:
                stop(path, number, f"{name} differs in its heading between the databases")
            spec["spec"] = mine
            for backend in [head["on"]] if "on" in head else BACKENDS:
                if backend not in BACKENDS or backend in spec["sql"]:
                    stop(path, number, f"{name} stands twice, or an unknown database")
                text = sql[:-1]
                if backend == "pg":
                    text = re.sub(r"\?(\d+)", r"$\1", text)
                spec["sql"][backend] = text
    for name, spec in found.items():
        if len(spec["sql"]) != len(BACKENDS):
            sys.exit(f"{spec['where']}: {name} is missing for one database")
    return found


def dialect(text, backend):
    out, on = [], "all"
    for line in text.splitlines():
        match = re.fullmatch(r"-- on: (sqlite|pg|all)\s*", line)
        if match:
            on = match.group(1)
        elif line.startswith("--") or on not in ("all", backend):
            continue
        elif backend == "pg" and on == "all":
            line = re.sub(r"\bINTEGER\b", "BIGINT", line)
            line = re.sub(r"\bBLOB\b", "BYTEA", line)
            line = re.sub(r"\bTEXT\b", 'TEXT COLLATE "C"', line)
            line = re.sub(r"\)\s*STRICT(, WITHOUT ROWID)?\s*;", ");", line)
            out.append(line)
        else:
            out.append(line)
    return "\n".join(l for l in out if l.strip())


def read_migrations(paths):
    found = {}
    for path in paths:
        number, name = int(path.name[:4]), path.stem[5:]
        if number in found:
            sys.exit(f"{path}: the number {number} is taken")
        text = path.read_text(encoding="utf-8")
        tables = re.findall(r"CREATE TABLE (\w+)", text)
        if re.search(r"CREATE TABLE", text) and not re.search(r"STRICT", text):
            sys.exit(f"{path}: tables are STRICT")
        found[number] = (name, [dialect(text, b) for b in BACKENDS],
                         bool(re.search(r"^-- projection: yes$", text, re.M)), tables)
    return found


def write_values(out, label, items):
    if items:
        rows = ", ".join(f"{{ {quoted(n)}, {t}, {'true' if null else 'false'} }}" for n, t, null in items)
        out.append(f"static const struct stmt_value {label}[] = {{ {rows} }};")


def main():
    header, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    paths = [pathlib.Path(p) for p in sys.argv[3:]]
    numbered = [p for p in paths if re.match(r"\d{4}_", p.name)]
    statements = read_statements([p for p in paths if p not in numbered])
    migrations = read_migrations(numbered)
    names = sorted(statements)
    header.write_text(
        "/* Made by tools/gen_sql.py. */\n#ifndef CORE_STORE_STMT_H\n#define CORE_STORE_STMT_H\n\nenum stmt {\n"
        + "".join(f"\tSTMT_{n.upper()},\n" for n in names)
        + f"}};\n\n#define STMTS {len(names)}\n\n#endif\n", encoding="utf-8")
    out = ["/* Made by tools/gen_sql.py. */", '#include "core/store/stmt_table.h"', ""]
    for name in names:
        ins, outs, _, _ = statements[name]["spec"]
        write_values(out, f"in_{name}", ins)
        write_values(out, f"out_{name}", outs)
    out += ["", "const struct stmt_spec stmt_table[] = {"]
    for name in names:
        ins, outs, may, scan = statements[name]["spec"]
        sql = ", ".join(quoted(statements[name]["sql"][b]) for b in BACKENDS)
        out.append(f"\t[STMT_{name.upper()}] = {{ {quoted(name)}, {{ {sql} }}, {quoted(may)}, "
                   f"{'in_' + name if ins else 'NULL'}, {'out_' + name if outs else 'NULL'}, "
                   f"{len(ins)}, {len(outs)}, {'true' if scan else 'false'} }},")
    out.append("};\n")
    for number in sorted(migrations):
        tables = migrations[number][3]
        out.append(f"static const char *const tables_{number}[] = {{ "
                   + "".join(quoted(t) + ", " for t in tables) + "NULL };")
    out.append("\nconst struct migration migration_table[] = {")
    for number in sorted(migrations):
        name, sql, projection, _ = migrations[number]
        out.append(f"\t{{ {number}, {quoted(name)}, {{ {quoted(sql[0])}, {quoted(sql[1])} }}, "
                   f"{'true' if projection else 'false'}, tables_{number} }},")
    out.append(f"}};\n\nconst int migration_count = {len(migrations)};")
    table.write_text("\n".join(out) + "\n", encoding="utf-8")


main()
