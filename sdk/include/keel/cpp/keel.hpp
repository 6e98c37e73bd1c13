// keel/cpp/keel.hpp - the thin C++20 face of the C tables.  Header-only, no state, no allocation, no virtual call.
#pragma once
#include "keel/cpp/args.hpp"
#include "keel/cpp/blocking.hpp"
#include "keel/cpp/ctx.hpp"
#include "keel/cpp/ref.hpp"
#include "keel/cpp/stream.hpp"
#include "keel/cpp/tables.hpp"
#include "keel/cpp/text.hpp"
#include "keel/loop.h"
#include "keel/transport.h"
