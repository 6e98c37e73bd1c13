// host/exec/aside.h - what belongs to the command that runs, put aside while another runs for somebody else.
#pragma once
#include "host/exec/executor.h"

namespace keel::exec {

class Executor::Aside {
 public:
  // What runs meanwhile replies into `replies`, which is made when it is first needed.
  Aside(Executor& x, std::unique_ptr<ReplyBuffer>& replies)
      : x_(x),
        ctx_(x.ctx_),
        calling_(x.calling),
        running_(x.running_),
        request_(x.request_),
        client_(x.client_),
        db_(x.db_),
        out_(x.out_) {
    if (!replies) replies = std::make_unique<ReplyBuffer>();
    x.out_ = replies.get();
    x.ctx_.listeners = x.change_log.active() ? KEEL_LISTEN_LOG : 0;
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside() {
    x_.out_ = out_;
    x_.db_ = db_;
    x_.client_ = client_;
    x_.request_ = request_;
    x_.running_ = running_;
    x_.calling = calling_;
    x_.ctx_ = ctx_;
  }

 private:
  Executor& x_;
  const keel_ctx ctx_;
  const Calling calling_;
  const Command* const running_;
  const Request* const request_;
  Client* const client_;
  keyspace::Database* const db_;
  ReplyBuffer* const out_;
};

}  // namespace keel::exec
