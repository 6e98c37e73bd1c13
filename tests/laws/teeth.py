#!/usr/bin/env python3
"""The laws bite: the examples with one line broken, each of which keel-laws must notice in the words given here.

usage: teeth.py KEEL_LAWS SDK_DIRECTORY C_COMPILER CXX_COMPILER"""
import pathlib
import subprocess
import sys
import tempfile

RING = ["-c", "RING.PUSH small a", "-c", "RING.PUSH full a CAP 2", "-c", "RING.PUSH full b", "-c", "RING.PUSH full c"]
HELLO = ["-c", "EXAMPLE.GREET you", "-c", "EXAMPLE.COUNT a"]
LOOP = ["--listen", "here"]
MUTANTS = [
    # example, file, what is replaced, by what, options, words of the fault
    ("hello", "hello.c", "  ctx->ks->commit(ctx, &ref, &change);", "  (void)change;", HELLO, "without commit()"),
    ("hello", "hello.c", "name.len + 7", "name.len + 6", HELLO, "exactly one reply"),
    ("hello", "hello.c", "*sink->cur++ = (char)((uint64_t)ref->v.num >> (8 * i))", "*sink->cur++ = (char)i", HELLO, "digest"),
    ("hello", "hello.c", "out[i] ^=", "out[i] =", HELLO, "forgets what the caller has begun"),
    ("ring", "plugin.cpp", "c.commit(ref, self.pushed, 0, KEEL_CHANGE_SIGNAL | KEEL_CHANGE_ERASE_IF_EMPTY);", "", RING,
     "without commit()"),
    ("ring", "type.cpp", "    if (status != KEEL_OK) {\n      Ring::destroy(ring);", "    if (status != KEEL_OK) {", RING,
     "leaves something behind"),
    ("ring", "type.cpp", "i < of(from).size(); ++i", "i + 1 < of(from).size(); ++i", RING, "the copy is another value"),
    ("ring", "type.cpp", "at >= cursor && at < end", "at > cursor && at < end", RING, "iterate()"),
    ("ring", "type.cpp", "cursor = end >= size ? 0 : end;", "cursor = 1;", RING, "does not come to an end"),
    ("ring", "type.cpp", "const keel::Block item = in.text(KEEL_MEMORY_PLUGIN);",
     "const keel::Block item(*g_core, in.length(), KEEL_MEMORY_PLUGIN); in.bytes(item.data(), item.size());", RING,
     "a foreign length believed"),
    ("ring", "type.cpp", "out.length(capacity(ref));", "out.length(capacity(ref) + 1);", RING, "other bytes"),
    ("ring", "ring.cpp", "g_core->free(p, n, KEEL_MEMORY_VALUE)", "g_core->free(p, n + 1, KEEL_MEMORY_VALUE)", RING, "frees"),
    ("ring", "ring.cpp", "give(ring->slot(i).ptr, ring->slot(i).len);", "(void)i;", RING, "balance"),
    ("rot13", "rot13.cpp", "(c - 'a' + 13)", "(c - 'a' + 12)", [], "what comes out is not what went in"),
    ("rot13", "rot13.cpp", "io->app_in_used < io->app_in.len ? KEEL_FULL : KEEL_OK", "false ? KEEL_FULL : KEEL_OK", [],
     "has not used its input"),
    ("rot13", "rot13.cpp", "  return KEEL_E_DATA;", "  return KEEL_OK;", [], "says OK"),
    ("rot13", "rot13.cpp", "context.plugin->bans(context.greeting) ?", "true ?", [], "closes a connection that has just been opened"),
    ("rot13", "rot13.cpp", "*len = kReason.size();", "*len = 4096;", [], "says more than there is room for"),
    ("rot13", "rot13.cpp", "io->state = KEEL_LAYER_EOF;", ";", [], "does not say what it thinks of the end|does not know an orderly end"),
    ("loopback", "pipe.cpp", "session_ != nullptr && rx_on_ && !closing_ && !reset_ && !lent_", "session_ != nullptr && !closing_ && !reset_ && !lent_",
     LOOP, "although it was told to wait"),
    ("loopback", "pipe.cpp", "  abort_ = abort_ || now;\n  wake();", "  abort_ = abort_ || now;\n  advance();", LOOP,
     "closed() does not come|inside a call by the host"),
    ("loopback", "pipe.cpp", "  abort_ = abort_ || now;\n  wake();",
     "  abort_ = abort_ || now;\n  if (now && session_ != nullptr) g_services.sessions->closed(session_, 0);\n  wake();", LOOP,
     "inside a call by the host"),
    ("loopback", "pipe.cpp", "end_.abort = abort_;", "end_.abort = true;", LOOP, "an orderly end|are lost"),
    ("loopback", "pipe.cpp", "  finished_ = true;\n", "  finished_ = true;\n  if (session_ != nullptr) g_services.sessions->closed(session_, 0);\n",
     LOOP, "closed() twice"),
    ("loopback", "pipe.cpp", "(parcel.abort ? self.reset_ : self.peer_ended_) = true;", "self.peer_ended_ = true;", LOOP,
     "closed() never comes|rx_end|does not"),
    ("loopback", "pipe.cpp", "return KEEL_PENDING;", "return KEEL_OK;", LOOP, "without a batch|"),
    ("loopback", "pipe.cpp", "const size_t n = room.ptr == nullptr ? rest.len : std::min(rest.len, room.len);",
     "const size_t n = rest.len;", LOOP, "more than there was room|"),
    ("loopback", "loopback.cpp", "    dial->failed(dial->token, -ECONNREFUSED);", "", LOOP, "does not learn of it"),
    ("loopback", "loopback.cpp", "  static_cast<Listener*>(listener)->serving = false;\n  g_listeners.erase(std::string{static_cast<Listener*>(listener)->name});",
     "  (void)listener;", LOOP, "to nobody"),
]


class Builder:
    def __init__(self, sdk, cc, cxx, root):
        self.sdk, self.cc, self.cxx, self.root, self.objects = sdk, cc, cxx, root, {}

    def object(self, source, text, tag):
        key = (str(source), tag)
        if key not in self.objects:
            copy = self.root / f"{tag}-{source.name}"
            copy.write_text(text)
            compiler = [self.cc, "-std=c11"] if source.suffix == ".c" else [self.cxx, "-std=c++20"]
            out = copy.with_suffix(".o")
            subprocess.run([*compiler, "-w", "-O0", "-fPIC", "-fvisibility=hidden", f"-I{self.sdk}/include", f"-I{source.parent}",
                            "-c", copy, "-o", out], check=True)
            self.objects[key] = out
        return self.objects[key]

    def plugin(self, number, example, file, old, new):
        directory = self.sdk / "examples" / example
        objects = []
        for source in sorted(directory.glob("*.c*")):
            text = source.read_text()
            if source.name != file:
                objects.append(self.object(source, text, example))
                continue
            if old not in text:
                sys.exit(f"{source} no longer contains: {old}")
            objects.append(self.object(source, text.replace(old, new), f"mutant{number}"))
        out = self.root / f"mutant{number}.so"
        subprocess.run([self.cxx, "-shared", *objects, "-o", out], check=True)
        return out


def main():
    laws, sdk, cc, cxx = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    faults = 0
    with tempfile.TemporaryDirectory() as directory:
        builder = Builder(sdk, cc, cxx, pathlib.Path(directory))
        for number, (example, file, old, new, options, words) in enumerate(MUTANTS):
            plugin = builder.plugin(number, example, file, old, new)
            try:
                run = subprocess.run([laws, plugin, *options], capture_output=True, text=True, errors="replace", timeout=120)
                said, code = run.stdout, run.returncode
            except subprocess.TimeoutExpired:
                said, code = "it hangs", -1
            found = [w for w in words.split("|") if w in said and "FAULT" in said] if code == 1 else []
            # A crash is noticed, too, but only where nothing gentler is promised: the words then end with a bar.
            noticed = bool(found) or (code < 0 and words.endswith("|"))
            faults += not noticed
            print(f"{'ok  ' if noticed else 'MISS'} {example}/{file}: {old.strip()[:60]!r} -> exit {code}"
                  + ("" if noticed else "\n" + said[:1500]))
    print(f"{len(MUTANTS)} mutants, {faults} not noticed")
    return 1 if faults else 0


sys.exit(main())
