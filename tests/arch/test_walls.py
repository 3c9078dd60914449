#!/usr/bin/env python3
"""test_walls - plants each violation in a temporary house and expects the checkers, and the configure step, to go red."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CC = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "cc"

CLEAN_H = "#ifndef PH_A_H\n#define PH_A_H\n#include <stddef.h>\nsize_t ph_a(const char *s);\n#endif\n"
CLEAN_C = '#include "ph_a.h"\n#include <string.h>\nsize_t ph_a(const char *s)\n{\n    return strlen(s);\n}\n'


class House(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="ph_walls_")
        self.addCleanup(shutil.rmtree, self.root)
        self.write("base/core/ph_a.h", CLEAN_H)
        self.write("base/core/ph_a.c", CLEAN_C)

    def write(self, path, text):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        return full

    def run_tool(self, *command):
        done = subprocess.run(command, text=True, capture_output=True, check=False, cwd=self.root)
        return done.returncode, done.stdout + done.stderr

    def red(self, result, *words):
        code, output = result
        self.assertNotEqual(code, 0, output)
        for word in words:
            self.assertIn(word, output)

    def green(self, result):
        self.assertEqual(result[0], 0, result[1])


class Sources(House):
    def check(self):
        return self.run_tool(sys.executable, os.path.join(HERE, "sources.py"), self.root)

    def test_clean_house(self):
        self.green(self.check())

    def test_empty_house(self):
        shutil.rmtree(os.path.join(self.root, "base"))
        self.red(self.check(), "0 sources")

    def test_path_in_include(self):
        self.write("base/core/ph_b.c", '#include "core/ph_a.h"\n')
        self.red(self.check(), "base/core/ph_b.c:1", "include with a path")

    def test_path_in_angle_include(self):
        self.write("base/core/ph_b.c", "#include <core/ph_a.h>\n")
        self.red(self.check(), "not a system header")

    def test_core_includes_io(self):
        self.write("base/io/ph_log.h", "")
        self.write("base/core/ph_b.c", '#include "ph_log.h"\n')
        self.red(self.check(), "header of io")

    def test_core_includes_the_world(self):
        self.write("proto/ph_b.c", "#include <sqlite3.h>\n")
        self.red(self.check(), "outside world")

    def test_banned(self):
        for call in ("strcpy(a, b)", "sprintf (a, b)", "atoi(a)", "system(a)", "time(NULL)", "clock_gettime(0, &t)"):
            self.write("base/io/ph_b.c", f"\nvoid f(void) {{ {call}; }}\n")
            self.red(self.check(), "base/io/ph_b.c:2", "banned function: " + call.split("(")[0].strip())

    def test_not_banned(self):
        self.write("base/io/ph_b.c", '/* time(NULL) */\nconst char *s = "atoi(x)"; // system(x)\n'
                   "void f(void) { snprintf(a, 1, b); x.time(1); p->time(2); my_time(3); }\n")
        self.write("base/io/ph_clock.c", "void f(void) { clock_gettime(0, &t); }\n")
        self.green(self.check())

    def test_same_header_name_twice(self):
        self.write("domain/core/ph_a.h", CLEAN_H)
        self.red(self.check(), "also at base/core/ph_a.h")


class HeadersAlone(House):
    def check(self, header):
        return self.run_tool(sys.executable, os.path.join(HERE, "headers_alone.py"), "--cc", CC,
                             "--include", os.path.dirname(header), header)

    def test_clean(self):
        self.green(self.check(os.path.join(self.root, "base/core/ph_a.h")))

    def test_needs_another_first(self):
        self.red(self.check(self.write("base/core/ph_b.h", "size_t ph_b(void);\n")), "does not compile alone")

    def test_without_guard(self):
        self.red(self.check(self.write("base/core/ph_b.h", "struct ph_b { int x; };\n")), "does not compile alone")


class Pure(House):
    def archive(self, name, text):
        source = self.write(f"{name}.c", text)
        self.green(self.run_tool(CC, "-c", "-o", f"{source}.o", source))
        self.green(self.run_tool("ar", "rcs", f"lib{name}.a", f"{source}.o"))
        return os.path.join(self.root, f"lib{name}.a")

    def check(self, archive, *used):
        options = [word for other in used for word in ("--with", other)]
        return self.run_tool(sys.executable, os.path.join(HERE, "pure.py"), "--allow", os.path.join(HERE, "pure.allow"),
                             *options, archive)

    def test_clean(self):
        self.green(self.check(self.archive("a", "unsigned long strlen(const char *);\nstatic const char *const t[] = { \"x\" };\n"
                                           "unsigned long ph_a(int i) { return strlen(t[i]); }\n")))

    def test_calls_printf(self):
        self.red(self.check(self.archive("a", '#include <stdio.h>\nvoid ph_a(int n) { printf("%d", n); }\n')), "calls: printf")

    def test_calls_the_clock(self):
        self.red(self.check(self.archive("a", "#include <time.h>\nlong ph_a(void) { return time(0); }\n")), "calls: time")

    def test_calls_own_io(self):
        self.red(self.check(self.archive("a", "int ph_log(void);\nint ph_a(void) { return ph_log(); }\n")), "calls: ph_log")

    def test_calls_a_used_pure_archive(self):
        used = self.archive("b", "int ph_b(void) { return 1; }\n")
        self.green(self.check(self.archive("a", "int ph_b(void);\nint ph_a(void) { return ph_b(); }\n"), used))

    def test_keeps_state(self):
        for state in ("static int n;", "static int n = 3;", "static _Thread_local int n;"):
            self.red(self.check(self.archive("a", f"{state}\nint ph_a(void) {{ return ++n; }}\n")), "keeps state in: n")


class Configure(House):
    """The real cmake/ folder over a small house of one module in each of two rooms."""

    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(ROOT, "cmake"), os.path.join(self.root, "cmake"))
        shutil.copy(os.path.join(ROOT, "CMakeLists.txt"), self.root)
        self.module("base/core", "NAME base LAYER pure SOURCES ph_a.c HEADERS ph_a.h")
        for folder in ("base/io", "collector", "aggregator"):
            self.write(f"{folder}/x.c", "int x;\n")
        self.module("base/io", "NAME base_io LAYER io SOURCES x.c USES base LIBS sqlite3")

    def module(self, folder, arguments):
        self.write(f"{folder}/CMakeLists.txt", f"ph_module({arguments})\n")

    def check(self):
        return self.run_tool("cmake", "-S", self.root, "-B", os.path.join(self.root, "b"), "-G", "Ninja", f"-DCMAKE_C_COMPILER={CC}")

    def test_clean(self):
        self.module("collector", "NAME col LAYER io SOURCES x.c USES base base_io")
        self.green(self.check())

    def test_component_uses_component(self):
        self.module("collector", "NAME col LAYER io SOURCES x.c USES base")
        self.module("aggregator", "NAME agg LAYER io SOURCES x.c USES col")
        self.red(self.check(), "wall: agg is in `aggregator`, which may not use `collector`")

    def test_pure_uses_io(self):
        self.module("collector", "NAME col LAYER pure SOURCES x.c USES base_io")
        self.red(self.check(), "wall: col is pure and may not use base_io")

    def test_pure_links_sqlite(self):
        self.module("collector", "NAME col LAYER pure SOURCES x.c LIBS sqlite3")
        self.red(self.check(), "wall: col is pure and may not link sqlite3")

    def test_base_uses_nothing_above(self):
        self.module("base/io", "NAME base_io LAYER io SOURCES x.c USES col")
        self.red(self.check(), "not declared")

    def test_io_uses_app(self):
        self.write("collector/CMakeLists.txt", "ph_module(NAME app LAYER app SOURCES x.c)\n"
                   "ph_module(NAME col LAYER io SOURCES x.c USES app)\n")
        self.red(self.check(), "wall: col is io and may not use app")



class Papers(House):
    """events.py: what is said has a paragraph, and no paragraph is about nothing."""

    def events(self):
        return self.run_tool(sys.executable, os.path.join(HERE, "events.py"), self.root)

    def setUp(self):
        super().setUp()
        self.write("base/core/ph_b.c", '/* "no.id" */ #include "ph_b.h"\nint b = say("a.b") + tell("key.missing");\n')
        self.write("docs/events/base.md", "# Base\n\n**`a.b`** What happened.\n\n| `registry.key.missing` | a key |\n")
        self.write("docs/OPERATIONS.md", "See `a.c`, which is not a paragraph.\n")
        self.write("docs/RULES.md", "")

    def test_clean(self):
        self.assertEqual(self.events()[0], 0, self.events()[1])

    def test_an_id_without_a_paragraph(self):
        self.write("publisher/main.c", '\nint c = PH_LOG(1, "a.c");\n')
        self.red(self.events(), "publisher/main.c:2: a.c")

    def test_a_paragraph_about_nothing(self):
        self.write("docs/events/more.md", "### `a.d`\n\n**`a.b` `a.e`** Both.\n")
        self.red(self.events(), "docs/events/more.md:1: a.d", "docs/events/more.md:3: a.e")


if __name__ == "__main__":
    unittest.main(verbosity=2)
