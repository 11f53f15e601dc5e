#!/usr/bin/env python3
"""Compiles the page templates into a table in C: gen_pages.py UI OUT DEPFILE

ui/pages/<name>.html is the template of the view <name>; ui/pages/_<name>.html is a part.

    {{x.y}}                      a value of the model, escaped for where it stands; there is no raw output
    {{#if x}} {{else}} {{/if}}   x is there, not empty, not 0, not false; {{#if x == word}}; {{#unless x}}
    {{#each x}} {{/each}}        names of the item go before names of the page; {{.}} is the item itself
    {{> part name="value"}}      a part put in at build time; $name in it becomes the value (which may hold {{…}})
    [[日本語|English]]            a text in both languages
    {{t key}}                    a message of ui/messages/

A value in href, src, action or formaction may only follow a written path, or (at its beginning) is shown when it is a
path of ours, else "#" stands there. In <script>, <style>, comments, names of tags and attributes, unquoted values, style="" and on…=""
values are refused.
"""
import pathlib
import re
import sys

TOKEN = re.compile(r"\{\{(.*?)\}\}|\[\[(.*?)\]\]", re.S)
NAME = r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*"
URLS = {"href", "src", "action", "formaction"}


class Wrong(Exception):
    pass


class Where:
    """The place in the HTML: text, inside a tag, inside a quoted value of an attribute."""

    def __init__(self):
        self.state, self.attr, self.fresh, self.tag = "text", "", False, ""

    def key(self):
        return (self.state, self.attr if self.state == "value" else "")

    def read(self, text):
        for ch in text:
            self.step(ch)

    def step(self, ch):
        if self.state == "text":
            if ch == "<":
                self.state, self.tag = "name", ""
        elif self.state == "name":
            if ch == ">":
                self.end()
            elif ch.isspace():
                self.state, self.attr = "tag", ""
            else:
                self.tag += ch
                if self.tag == "!--":
                    raise Wrong("comments do not go into pages; use {{! … }}")
        elif self.state == "tag":
            if ch == ">":
                self.end()
            elif ch == "=":
                self.state = "equals"
            elif ch.isspace():
                self.attr = ""
            else:
                self.attr += ch
        elif self.state == "equals":
            if ch != '"':
                raise Wrong(f"the value of {self.attr} must stand in double quotes")
            if self.attr.startswith("on") or self.attr == "style":
                raise Wrong(f"{self.attr} does not go with the content security policy")
            self.state, self.fresh = "value", True
        elif self.state == "value":
            if ch == '"':
                self.state, self.attr = "tag", ""
            else:
                self.fresh = False

    def end(self):
        if self.tag in ("style",):
            raise Wrong("no inline style")
        self.state = "text"

    def escape(self):
        if self.state == "text":
            return "TPL_HTML"
        if self.state != "value":
            raise Wrong("a value cannot stand here")
        if self.attr in URLS:
            fresh, self.fresh = self.fresh, False
            return "TPL_PATH" if fresh else "TPL_PART"
        return "TPL_HTML"


def expand(folder, text, parts, depth=0):
    """Puts the parts in."""
    if depth > 6:
        raise Wrong("parts in a circle")

    def put(match):
        name, rest = match.group(1), match.group(2)
        path = folder / f"_{name}.html"
        if not path.is_file():
            raise Wrong(f"no part {name}")
        parts.add(path)
        body = path.read_text(encoding="utf-8")
        given = dict(re.findall(r'([a-z_]+)="([^"]*)"', rest))
        body = re.sub(r"\$([a-z_]+)", lambda m: given[m.group(1)] if m.group(1) in given else "", body)
        return expand(folder, body, parts, depth + 1)

    return re.sub(r'\{\{>\s*([a-z_]+)((?:\s+[a-z_]+="[^"]*")*)\s*\}\}', put, text)


def c_text(s):
    out = []
    for b in s.encode("utf-8"):
        if b in (34, 92):
            out.append("\\" + chr(b))
        elif b == 10:
            out.append("\\n")
        elif 32 <= b < 127:
            out.append(chr(b))
        else:
            out.append(f"\\{b:03o}")
    return '"' + "".join(out).replace("?", "\\?") + '"'


def squeeze(s):
    """Indentation of the source is not sent."""
    return re.sub(r"\n[\t ]*", "\n", s)


class View:
    def __init__(self):
        self.ops, self.stack, self.where = [], [], Where()

    def add(self, op, text="", other="", jump=0, esc="TPL_HTML"):
        self.ops.append([op, text, other, jump, esc])
        return len(self.ops) - 1

    def text(self, s):
        if s:
            s = squeeze(s)
            self.where.read(s)
            self.add("TPL_TEXT", s)

    def token(self, inside):
        inside = inside.strip()
        if inside.startswith("!"):
            return
        if m := re.fullmatch(rf"#(if|unless)\s+({NAME})(?:\s*==\s*([\w.:-]+))?", inside):
            op = "TPL_IF" if m.group(1) == "if" else "TPL_UNLESS"
            self.stack.append(["if", self.add(op, m.group(2), m.group(3) or ""), self.where.key()])
        elif inside == "else":
            top = self.stack[-1]
            if top[0] != "if" or top[2] != self.where.key():
                raise Wrong("{{else}} stands in another place than its {{#if}}")
            at = self.add("TPL_JUMP")
            self.ops[top[1]][3] = len(self.ops)
            top[1] = at
        elif inside in ("/if", "/unless"):
            kind, at, key = self.stack.pop()
            if kind != "if" or key != self.where.key():
                raise Wrong("{{/if}} stands in another place than its {{#if}}")
            self.ops[at][3] = len(self.ops)
        elif m := re.fullmatch(rf"#each\s+({NAME})", inside):
            self.stack.append(["each", self.add("TPL_EACH", m.group(1)), self.where.key()])
        elif inside == "/each":
            kind, at, key = self.stack.pop()
            if kind != "each" or key != self.where.key():
                raise Wrong("{{/each}} without {{#each}}")
            self.add("TPL_NEXT", jump=at)
            self.ops[at][3] = len(self.ops)
        elif m := re.fullmatch(r"t\s+([a-z0-9_.]+)", inside):
            self.where.escape()
            self.add("TPL_MESSAGE", m.group(1))
        elif inside == "." or re.fullmatch(NAME, inside):
            self.add("TPL_VALUE", inside, esc=self.where.escape())
        else:
            raise Wrong(f"not understood: {{{{{inside}}}}}")

    def say(self, inside):
        ja, bar, en = inside.partition("|")
        if not bar:
            raise Wrong(f"one language only: [[{inside}]]")
        if self.where.state == "value" and '"' in inside:
            raise Wrong("a quote in the value of an attribute")
        if self.where.state not in ("text", "value"):
            raise Wrong("a text cannot stand here")
        if self.where.state == "text" and "<" in inside:
            raise Wrong("a tag in a text of two languages")
        self.add("TPL_SAY", squeeze(ja), squeeze(en))


def compile_view(folder, path, parts):
    view, at = View(), 0
    text = expand(folder, path.read_text(encoding="utf-8"), parts)
    for m in TOKEN.finditer(text):
        view.text(text[at:m.start()])
        at = m.end()
        if m.group(1) is not None:
            view.token(m.group(1))
        else:
            view.say(m.group(2))
    view.text(text[at:])
    if view.stack:
        raise Wrong("{{#if}} or {{#each}} without its end")
    view.add("TPL_END")
    return view.ops


def main():
    ui, out, dep = map(pathlib.Path, sys.argv[1:])
    folder = ui / "pages"
    lines = ["/* Made by tools/gen_pages.py. */", '#include "door/http/template.h"', ""]
    views, parts = [], set(folder.glob("_*.html"))
    for path in sorted(p for p in folder.glob("*.html") if not p.name.startswith("_")):
        try:
            ops = compile_view(folder, path, parts)
        except (Wrong, IndexError) as why:
            sys.exit(f"{path}: {why}")
        lines.append(f"static const struct tpl_op ops_{path.stem}[] = {{")
        for op, text, other, jump, esc in ops:
            lines.append(f"\t{{ {op}, {esc}, {jump}, S_INIT({c_text(text)}), S_INIT({c_text(other)}) }},")
        lines += ["};", ""]
        views.append(path)
    lines.append("const struct view view_table[] = {")
    lines += [f'\t{{ "{p.stem}", ops_{p.stem} }},' for p in views]
    lines += ["\t{ NULL, NULL },", "};", ""]
    out.write_text("\n".join(lines), encoding="utf-8")
    dep.write_text(f"{out}: {folder} " + " ".join(str(p) for p in [*views, *sorted(parts)]) + "\n", encoding="utf-8")


main()
