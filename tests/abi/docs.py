#!/usr/bin/env python3
"""The code in docs/plugins.md is true: whole plugins compile, pieces stand in the examples word for word.

usage: docs.py PAGE SDK_DIRECTORY C_COMPILER"""
import pathlib
import re
import subprocess
import sys
import tempfile


def main():
    page, sdk, cc = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
    squeeze = lambda text: " ".join(text.split())
    examples = squeeze(" ".join(p.read_text() for p in sorted(sdk.glob("examples/*/*.[ch]*"))))
    blocks = re.findall(r"^```(c|cpp)\n(.*?)^```$", page.read_text(), re.M | re.S)
    faults = []
    for language, text in blocks:
        if "keel_plugin_v1" not in text:
            if squeeze(text) not in examples:
                faults.append("this piece stands in no example:\n" + text)
            continue
        with tempfile.TemporaryDirectory() as directory:
            source = pathlib.Path(directory) / "page.c"
            source.write_text(text)
            done = subprocess.run([cc, "-std=c11", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-Werror", "-fPIC",
                                   "-shared", f"-I{sdk}/include", source, "-o", source.with_suffix(".so")], capture_output=True, text=True)
            if done.returncode:
                faults.append(done.stderr)
    print("\n".join(faults) or f"{len(blocks)} pieces of code")
    return 1 if faults or not blocks else 0


sys.exit(main())
