// Sockets and epoll: their flags are C enumerations and `struct epoll_event` is packed, which Swift imports badly.
#pragma once
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

// Declared here because _GNU_SOURCE, which shows it, would give this module other types than Swift's Glibc has.
extern int accept4(int listener, struct sockaddr *peer, socklen_t *size, int flags);

static inline int linux_resolve(const char *host, const char *port, struct addrinfo **found) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    return getaddrinfo(host, port, &hints, found);
}

// A listening socket that can be bound again at once after a restart; -1 and errno if it cannot be had.
// The kernel keeps connections on which nothing has come to itself for about a second (tcp(7), TCP_DEFER_ACCEPT): those
// accepted can nearly always be answered on the spot, however many are opened.
static inline int linux_listen(const struct addrinfo *address) {
    int on = 1;
    int socket_ = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (socket_ < 0) return -1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(socket_, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on);
    if (address->ai_family == AF_INET6) setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(socket_, address->ai_addr, address->ai_addrlen) == 0 && listen(socket_, SOMAXCONN) == 0) return socket_;
    int reason = errno;
    close(socket_);
    errno = reason;
    return -1;
}

// The port a socket is bound to, in the order of the host; -1 if it has none.
static inline int linux_bound_port(int socket_) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(socket_, (struct sockaddr *)&address, &size) != 0) return -1;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return -1;
}

static inline int linux_accept(int listener) {
    int on = 1;
    int socket_ = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket_ >= 0) setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket_;
}

// A peer that is gone is an error here, never a SIGPIPE.
static inline ssize_t linux_send(int socket_, const void *bytes, size_t count) {
    return send(socket_, bytes, count, MSG_NOSIGNAL);
}

static inline int linux_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline int linux_poll(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int linux_poll_add(int poll, int file, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return epoll_ctl(poll, EPOLL_CTL_ADD, file, &event);
}

static inline int linux_poll_change(int poll, int file, uint64_t token, bool reads, bool writes) {
    struct epoll_event event = {.events = (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0), .data.u64 = token};
    return epoll_ctl(poll, EPOLL_CTL_MOD, file, &event);
}

static inline int linux_poll_remove(int poll, int file) { return epoll_ctl(poll, EPOLL_CTL_DEL, file, NULL); }

// Waits until something is ready and writes the tokens of that, at most 128 at a time.
static inline int linux_poll_wait(int poll, uint64_t tokens[128], int milliseconds) {
    struct epoll_event events[128];
    int count = epoll_wait(poll, events, 128, milliseconds);
    for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
    return count;
}
