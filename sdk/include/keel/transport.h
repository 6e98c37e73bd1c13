/* keel/transport.h - where byte streams come from, and what may stand between them and the protocol.
 *
 * A connection lives on one loop from open to closed; every call about it, both ways, happens there, one at a time.
 * There are no synchronous calls.  Sends borrow host memory until tx_done(). */
#ifndef KEEL_TRANSPORT_H
#define KEEL_TRANSPORT_H
#include "loop.h"
#include "option.h"

KEEL_BEGIN_C

struct keel_transport;
typedef struct keel_session keel_session; /* the host's end */
typedef struct keel_conn keel_conn;       /* the transport's end */

enum { KEEL_PEER_LOCAL = 1, KEEL_PEER_SECURE = 2 }; /* LOCAL: same machine, or loopback */
typedef struct keel_peer {
  uint32_t size, flags;   /* sizeof(keel_peer), KEEL_PEER_* */
  keel_str remote, local; /* "127.0.0.1:50312", "[::1]:6379", "/run/keel.sock:0", as CLIENT LIST shows them */
  keel_str identity;      /* the name that the peer has proved; empty = none */
  int32_t fd, reserved;   /* -1 = none */
} keel_peer;

#define KEEL_SESSIONS "keel.session/1"
typedef struct keel_sessions { /* host side; [loop] all of them */
  keel_head head;
  /* A new connection.  `token` is what serve() or dial() was given.  NULL = refused: close it, without closed(). */
  keel_session* (*open)(keel_loop*, void* token, keel_conn*, const keel_peer*)KEEL_NX;
  /* Where to receive next; ptr NULL = no wish: use rx() with memory of your own. */
  keel_buf (*rx_room)(keel_session*) KEEL_NX;
  void (*rx_done)(keel_session*, size_t n) KEEL_NX; /* n bytes are in the room */
  /* Bytes in the transport's or loop's memory, valid until the end of this turn of the loop; all are taken. */
  void (*rx)(keel_session*, keel_str) KEEL_NX;
  void (*rx_end)(keel_session*) KEEL_NX;  /* the peer sends no more */
  void (*tx_done)(keel_session*) KEEL_NX; /* the batch given to tx() is gone; its bytes may be reused */
  /* Last call, exactly once after open(): nothing is borrowed any more.  reason: 0 or -errno. Never inside a call by
   * the host. */
  void (*closed)(keel_session*, int32_t reason) KEEL_NX;
} keel_sessions;

enum { KEEL_CLOSE_FLUSH = 0, KEEL_CLOSE_NOW = 1 };

#define KEEL_TRANSPORT "keel.transport/1"
typedef struct keel_transport { /* plugin side */
  keel_head head;
  const char* name;                    /* "tcp": the key of a listener in the configuration */
  const keel_option* listener_options; /* rows without apply; ends with name == NULL; may be NULL */
  /* [control] Binds and listens; accepts nothing yet.  settings: every row of listener_options with its value.
   * `listener` is NULL for a check: says whether it would work and leaves nothing bound; it may bind for a moment. */
  keel_status (*listen)(void* self, keel_str address, const keel_pair* settings, uint32_t n, void** listener,
                        keel_error*) KEEL_NX;
  /* [loop] Accepts here; connections go to loops->assign(), and are opened there with `token`, which outlives them. */
  keel_status (*serve)(void* listener, keel_loop*, void* token) KEEL_NX;
  keel_str (*address)(void* listener) KEEL_NX; /* [any] what it is bound to, valid while it lives */
  /* [loop] of serve(): accepts no more, frees the listener.  What was accepted before may still be opened, by tasks
   * that have been posted to their loops by then. */
  void (*shut)(void* listener) KEEL_NX;
  /* [loop] Opens a connection; sessions->open() follows, with `token` in the place of the listener, or failed(). */
  keel_status (*dial)(void* self, keel_loop*, keel_str address, void* token,
                      void (*failed)(void* token, int32_t reason) KEEL_NX, keel_error*) KEEL_NX;
  void (*rx)(keel_conn*, uint32_t on) KEEL_NX; /* [loop] flow control: 0 = do not call rx() until 1 */
  /* [loop] At most one batch in flight.  KEEL_OK: gone already. KEEL_PENDING: tx_done() follows, bytes (not the array)
   * are borrowed till then.  Below zero: broken; closed() follows. */
  keel_status (*tx)(keel_conn*, const keel_str* iov, uint32_t n) KEEL_NX;
  /* [loop] Leads to closed().  FLUSH: what tx() has accepted is still sent; the peer reads an orderly end. */
  void (*close)(keel_conn*, uint32_t how) KEEL_NX;
  /* [control|executor] May be NULL.  New values for a listener that serves, in the form that listen() had them.  Those
   * that it can change hold for the connections that it accepts from now on; the others stay as they are. */
  keel_status (*reconfigure)(void* listener, const keel_pair* settings, uint32_t n, keel_error*) KEEL_NX;
} keel_transport;

/* A layer turns bytes into bytes: no I/O, no callbacks, no threads.  TLS is a layer, so it runs wherever its connection
 * runs, stacks on any transport, and is tested with two of them back to back and no socket. */
enum { KEEL_LAYER_HANDSHAKE = 1, KEEL_LAYER_OPEN = 2, KEEL_LAYER_EOF = 3, KEEL_LAYER_BROKEN = 4 };
typedef struct keel_layer_io {
  keel_str net_in; /* from the peer */
  size_t net_in_used;
  keel_buf app_out; /* to the parser */
  size_t app_out_used;
  keel_str app_in; /* replies */
  size_t app_in_used;
  keel_buf net_out; /* to the peer */
  size_t net_out_used;
  uint32_t state;  /* KEEL_LAYER_* after the step */
  uint32_t finish; /* 1 = no more app_in will come: say goodbye to the peer */
  /* 1 = no more net_in will come.  When all is read, the state is EOF if that is an orderly end, and BROKEN if the
   * peer's goodbye is missing: somebody may have cut the connection.  A layer without goodbyes always says EOF. */
  uint32_t net_ended;
  uint32_t reserved;
} keel_layer_io;

#define KEEL_LAYER "keel.layer/1"
typedef struct keel_layer { /* plugin side */
  keel_head head;
  const char* name;                    /* "tls": the key of a listener in the configuration */
  const char* below;                   /* the transport under it when the listener does not say: "tcp" */
  const keel_option* listener_options; /* rows without apply; ends with name == NULL; may be NULL */
  /* [control|executor] Checks the settings of a listener and keeps what its connections need; context NULL = check
   * only. A listener whose settings have changed is configured anew, for the connections that come then.  Behind the
   * settings comes "address", the listener's as the configuration has it, for logs and figures. */
  keel_status (*configure)(void* self, const keel_pair* settings, uint32_t n, void** context, keel_error*) KEEL_NX;
  /* [loop] server: 1 = the peer has connected to us, and its first bytes have come.  peer_name: whom we want to reach,
   * as the address says it; empty for a server. */
  keel_status (*open)(void* context, uint32_t server, keel_str peer_name, void** layer, keel_error*) KEEL_NX;
  /* [loop] Goes as far as it can.  KEEL_OK: all input is used. KEEL_PENDING: it waits for net_in.  KEEL_FULL: empty
   * net_out or app_out and call again.  KEEL_E_DATA: broken; what is in net_out is still worth sending.  During the
   * handshake app_in waits.  The host closes connections whose handshake takes too long.  EOF: the peer has said
   * goodbye and all of its bytes are out; app_in is still taken. */
  keel_status (*step)(void* layer, keel_layer_io*) KEEL_NX;
  /* [loop] May be NULL.  "identity", asked once, when the handshake is over: the name that the peer has proved, as
   * keel_peer has it, without zero bytes.  "reason", asked when the handshake has failed, or recheck() has: why, in
   * words for the log.  KEEL_ABSENT = there is none, or the question is not known; KEEL_FULL = it is longer than `out`,
   * and counts as none. */
  keel_status (*query)(void* layer, const char* what, keel_buf out, size_t* len) KEEL_NX;
  void (*close)(void* layer) KEEL_NX; /* [loop] last call, at any time */
  /* [control|executor] May be NULL.  Reads its files again, for the connections that come then; others may be opened
   * meanwhile.  One at a time.  When it fails, all stays as it is. */
  keel_status (*reload)(void* context, keel_error*) KEEL_NX;
  /* [any] Once: the listener is gone, or has another context, and every layer that open() made of this one is closed.
   */
  void (*discard)(void* context) KEEL_NX;
  /* [loop] May be NULL.  Asked now and then, about once a second, of a connection that is open.  Below zero = close it:
   * what its peer has proved holds no longer.  A layer that has not stepped since gives back here what it can do
   * without. */
  keel_status (*recheck)(void* layer) KEEL_NX;
} keel_layer;

KEEL_END_C
#endif
