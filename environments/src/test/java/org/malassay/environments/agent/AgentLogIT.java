package org.malassay.environments.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.host.Tools;

/** The part of the agent that reads qemu-user's log, with a pipe of this machine. */
@Tag("guest")
class AgentLogIT {
  /** Prints each frame in brackets, and a dash where the pipe is not waited for. */
  private static final String PROGRAM =
      """
      #include "log.c"
      #include <string.h>
      #include <sys/time.h>

      int dev_null = -1;
      bool room_for_chunk(void) { return true; }
      const char *error_name(int error) { return strerror(error); }
      void fail(const char *format, ...) { puts(format); exit(1); }
      bool is_ready(int fd, fd_set *set) { return fd >= 0 && FD_ISSET(fd, set); }
      void watch(int fd, fd_set *set, int *highest) { FD_SET(fd, set); *highest = fd; }
      void emit(enum event type, const void *payload, size_t length) {
        if (type == EV_RECORD) printf("[%.*s]", (int)length, (const char *)payload);
      }
      static void descriptors(rlim_t most) {
        struct rlimit limit;
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = most;
        setrlimit(RLIMIT_NOFILE, &limit);
      }
      static void turn(void) {
        fd_set readable;
        FD_ZERO(&readable);
        int highest = -1;
        struct timeval at_once = {0, 0};
        log_watch(&readable, &highest);
        if (highest < 0) printf("-");
        select(highest + 1, &readable, NULL, NULL, &at_once);
        log_go_on(&readable);
      }
      static int begin(const char *pipe, const char *words) {
        int writer = open(pipe, O_WRONLY | O_NONBLOCK);
        if (writer < 0 || write(writer, words, strlen(words)) < 0) fail("nobody reads");
        return writer;
      }
      int main(int argc, char **argv) {
        if (argc != 2 || mkfifo(argv[1], 0600) < 0) return 2;
        log_pipe = open(argv[1], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        close(begin(argv[1], "one"));
        descriptors(0);
        for (int i = 0; i < 4; i++) turn();
        descriptors(64);
        int second = begin(argv[1], "two");
        descriptors(0);
        for (int i = 0; i < 3; i++) turn();
        close(second);
        for (int i = 0; i < 2; i++) turn();
        descriptors(64);
        for (int i = 0; i < 3; i++) turn();
        close(begin(argv[1], "three"));
        for (int i = 0; i < 4; i++) turn();
        puts("");
        return 0;
      }
      """;

  @TempDir private Path folder;

  @Test
  void theLogIsReadOnWhereNoDescriptorIsFree() throws IOException {
    AgentProgram.recipeOfContainers().writeTo(folder);
    Files.writeString(folder.resolve("reader.c"), PROGRAM);
    String compiler =
        Tools.compilerFor(Tools.machineHere())
            .orElseThrow(() -> new IOException("no C compiler here; -Dsetup installs one"));
    List<String> told = new ArrayList<>();

    run(told, compiler, "-Wall", "-Wextra", "-Werror", "-o", "reader", "reader.c");
    run(told, "./reader", "pipe");

    assertThat(told).containsExactly("[one][]---[two][]--[three][]");
  }

  private void run(List<String> told, String... command) throws IOException {
    Tools.run(List.of(command), folder, Duration.ofMinutes(1), told::add);
  }
}
