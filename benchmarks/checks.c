/* The least that checks can cost: one epoll loop, a fresh connection for each check.

   checks server PORT                     answers HTTP, or accepts, until it is killed
   checks client PORT TARGETS SECONDS KIND   checks TARGETS once a second; KIND is tcp or http;
                                          prints the checks made, those that passed, and
                                          the processor time of them, in seconds */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 200000
static const char REQUEST[] = "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
static const char ANSWER[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
static struct epoll_event events[1024];
static char talking[MOST], buffer[65536];
static double deadline[MOST];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static struct sockaddr_in place(int port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

static void watch(int epoll, int fd, unsigned wanted) {
  struct epoll_event event = {.events = wanted, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int serve(int port) {
  int epoll = epoll_create1(0), yes = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in at = place(port);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&at, sizeof at) || listen(listener, 65535)) return 1;
  watch(epoll, listener, EPOLLIN);
  for (;;) {
    int n = epoll_wait(epoll, events, 1024, -1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int peer;
        while ((peer = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) watch(epoll, peer, EPOLLIN);
        continue;
      }
      if (recv(fd, buffer, sizeof buffer, 0) > 0) send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
      close(fd);
    }
  }
}

static int check(int port, int targets, double seconds, int http) {
  int epoll = epoll_create1(0);
  long made = 0, passed = 0, ended = 0;
  struct sockaddr_in at = place(port);
  struct linger reset = {1, 0};
  double begin = now(), end = begin + seconds;
  for (;;) {
    double moment = now(), due = begin + (made + 1.0) / targets;
    if (moment >= end && (ended == made || moment >= end + 1)) break;
    for (; due <= moment && due < end; due = begin + (made + 1.0) / targets) {
      int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      if (connect(fd, (void *)&at, sizeof at) && errno != EINPROGRESS) return 1;
      talking[fd] = 0;
      deadline[fd] = moment + 1;
      watch(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLET);
      made++;
    }
    int wait = (int)((due - moment) * 1000);
    int n = epoll_wait(epoll, events, 1024, wait > 0 ? wait : 1);
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (!talking[fd]) {
        int failure = 0;
        socklen_t size = sizeof failure;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size);
        if (!failure && http) {
          talking[fd] = 1;
          send(fd, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL);
          continue;
        }
        passed += !failure;
      } else {
        long got = recv(fd, buffer, sizeof buffer, 0);
        if (got < 0 && errno == EAGAIN) continue;
        passed += got > 12 && !memcmp(buffer + 9, "200", 3);
      }
      close(fd);
      ended++;
    }
  }
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double spent = used.ru_utime.tv_sec + used.ru_stime.tv_sec +
                 (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  printf("%ld %ld %f\n", made, passed, spent);
  return 0;
}

int main(int count, char **words) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (count == 3 && !strcmp(words[1], "server")) return serve(atoi(words[2]));
  if (count != 6 || strcmp(words[1], "client")) return 2;
  return check(atoi(words[2]), atoi(words[3]), atof(words[4]), !strcmp(words[5], "http"));
}
