#!/usr/bin/env python3
"""Every header of the SDK compiles alone, by every compiler at hand, as C11, C17 and C++20, and includes little.

usage: headers.py INCLUDE_DIRECTORY COMPILER..."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
C_HEADERS = {"<stddef.h>", "<stdint.h>", "<string.h>"}


def includes(header):
    return re.findall(r"^\s*#\s*include\s+(\S+)", header.read_text(), re.M)


def compile_alone(compiler, language, standard, include, name):
    """Twice in one file: a header must bear that, too."""
    text = f'#include "{name}"\n#include "{name}"\nint keel_alone(void);\nint keel_alone(void) {{ return 0; }}\n'
    with tempfile.NamedTemporaryFile("w", suffix=".c" if language == "c" else ".cc") as source:
        source.write(text)
        source.flush()
        run = subprocess.run([compiler, "-x", language, f"-std={standard}", *WARNINGS, "-fsyntax-only", f"-I{include}",
                              source.name], capture_output=True, text=True)
    return run.stderr if run.returncode else ""


def main():
    include = pathlib.Path(sys.argv[1])
    compilers = [c for c in sys.argv[2:] if shutil.which(c)]
    faults, checked = [], 0
    for header in sorted(include.glob("keel/*.h")):
        own = {f'"{p.name}"' for p in header.parent.glob("*.h")}
        for what in includes(header):
            if what not in C_HEADERS | own:
                faults.append(f"{header.name} includes {what}; allowed are {', '.join(sorted(C_HEADERS))} and keel's own")
    for header in sorted(include.glob("keel/**/*.h*")):
        name = header.relative_to(include)
        ways = [("c++", "c++20")] if header.suffix == ".hpp" else [("c", "c11"), ("c", "c17"), ("c++", "c++20")]
        for compiler in compilers:
            for language, standard in ways:
                error = compile_alone(compiler, language, standard, include, name)
                checked += 1
                if error:
                    faults.append(f"{name} alone as {standard} by {compiler}:\n{error}")
    print("\n".join(faults) if faults else f"{checked} compilations, no fault, by {', '.join(compilers)}")
    return 1 if faults or not compilers or not checked else 0


sys.exit(main())
