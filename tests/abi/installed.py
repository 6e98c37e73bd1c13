#!/usr/bin/env python3
"""Installs the SDK alone and builds the examples against it, as a third party would: by CMake, and by plain compilers with
pkg-config; then plays them through the installed keel-laws.

usage: installed.py BUILD_DIRECTORY CMAKE C_COMPILER CXX_COMPILER [FLAG...]"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

LAWS = {
    "hello": ["-c", "EXAMPLE.GREET you", "-c", "EXAMPLE.COUNT a"],
    "ring": ["-c", "RING.PUSH small a", "-c", "RING.PUSH full a CAP 1", "-c", "RING.PUSH full b"],
    "rot13": [],
    "loopback": ["--listen", "here"],
}


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        print(" ".join(str(c) for c in command), done.stdout, done.stderr, sep="\n")
        sys.exit(1)
    return done.stdout


def play(prefix, plugin):
    words = run(prefix / "bin" / "keel-laws", plugin, *LAWS[plugin.stem])
    print(f"{plugin.parent.name}/{plugin.name}: {words.splitlines()[-1]}")
    symbols = [line.split()[-1] for line in run("nm", "-D", "--defined-only", plugin).splitlines()]
    symbols = [s for s in symbols if not s.startswith(("__asan", "__ubsan", "__odr", "__tsan"))]
    if symbols != ["keel_plugin_v1"]:
        sys.exit(f"{plugin} exports {symbols}")


def main():
    build, cmake, cc, cxx = sys.argv[1:5]
    flags = " ".join(sys.argv[5:])
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        run(cmake, "--install", build, "--component", "sdk", "--prefix", root / "first")
        prefix = root / "second"  # an SDK that has been moved is still one
        (root / "first").rename(prefix)
        work = root / "work"
        shutil.copytree(prefix / "share/keel-sdk/examples", work)

        run(cmake, "-G", "Ninja", "-S", work, "-B", root / "cmake", f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}", f"-DCMAKE_C_FLAGS={flags}",
            f"-DCMAKE_CXX_FLAGS={flags}")
        run(cmake, "--build", root / "cmake")
        for name in LAWS:
            play(prefix, root / "cmake" / name / f"{name}.so")

        pc = next(prefix.glob("lib*/**/pkgconfig"))
        env = {**os.environ, "PKG_CONFIG_PATH": str(pc)}
        cflags = run("pkg-config", "--cflags", "keel-sdk", env=env).split() + flags.split()
        libs = run("pkg-config", "--libs", "keel-sdk", env=env).split()
        if "-fsanitize" in flags:
            libs = [flag for flag in libs if "-z,defs" not in flag]
        (root / "plain").mkdir()
        for name in LAWS:
            sources = sorted((work / name).glob("*.c*"))
            compiler, standard = (cc, "-std=c11") if sources[0].suffix == ".c" else (cxx, "-std=c++20")
            out = root / "plain" / f"{name}.so"
            run(compiler, standard, "-O1", *cflags, *sources, *libs, "-o", out)
            play(prefix, out)


main()
