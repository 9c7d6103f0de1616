package org.malassay.environments.agent;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.malassay.environment.Ending;
import org.malassay.environment.Used;

/** What the agent in a guest tells. Bytes and texts may be hostile; buffers are not changed. */
public sealed interface AgentEvent {

  /**
   * The first event: what the ELF header of the service's program says.
   *
   * @param elfData {@code EI_DATA}, 0 when the program is no ELF file
   * @param machine {@code e_machine}
   * @param vsock true when the guest can open sockets of the family AF_VSOCK
   */
  record Hello(int elfData, int machine, boolean vsock) implements AgentEvent {}

  /** The service answers. */
  record ServiceUp() implements AgentEvent {}

  /** The service's first process is gone, or was refused by the kernel. */
  record ServiceEnd(Ending ending) implements AgentEvent {}

  /** Something that the service wrote to its standard output or error. */
  record ServiceLog(ByteBuffer bytes) implements AgentEvent {}

  /** The sample lies in the guest. */
  record FileWritten() implements AgentEvent {}

  /** Something that the sample wrote. */
  record SampleOutput(boolean stderr, ByteBuffer bytes) implements AgentEvent {}

  /** The system calls of the sample that the environment lacks; told before the sample's end. */
  record UnsupportedCalls(List<CallCount> calls) implements AgentEvent {}

  /**
   * How often the sample asked for a system call that the environment lacks.
   *
   * @param name of the call, or what stands for it
   * @param error the symbolic error that it was answered with
   */
  record CallCount(String name, String error, long count) {}

  /**
   * A record of what the sample did, as {@code frames.h} describes it.
   *
   * @param bytes of which {@code ShimRecording} makes a record
   */
  record Recorded(ByteBuffer bytes) implements AgentEvent {}

  /** How often the limit on processes and threads was met; told before the sample's end. */
  record RefusedForks(long count) implements AgentEvent {}

  /**
   * The sample's first process is gone, or was refused by the kernel.
   *
   * @param killedForMemory how many processes of the guest were killed for want of memory; empty
   *     when the agent cannot see it
   */
  record SampleEnd(
      Ending ending,
      Duration duration,
      Duration cpu,
      long stdoutBytes,
      long stderrBytes,
      int survivors,
      OptionalLong killedForMemory)
      implements AgentEvent {

    /** The same end, but with no more time than there can have been. */
    SampleEnd within(Duration most) {
      return new SampleEnd(
          ending,
          duration.compareTo(most) < 0 ? duration : most,
          cpu.compareTo(most) < 0 ? cpu : most,
          stdoutBytes,
          stderrBytes,
          survivors,
          killedForMemory);
    }
  }

  /** A piece of the service's answer to a probe. */
  record ProbeBytes(ByteBuffer bytes) implements AgentEvent {}

  /**
   * The end of a probe.
   *
   * @param error the symbolic error that ended it, such as {@code ECONNREFUSED}; empty when the
   *     answer is whole
   */
  record ProbeEnd(Duration latency, Optional<String> error) implements AgentEvent {}

  /** A piece of a file that is read. */
  record FileBytes(ByteBuffer bytes) implements AgentEvent {}

  /**
   * The end of a file that is read.
   *
   * @param size in bytes, of the file
   * @param mode its {@code st_mode}; 0 when there is no file
   * @param changed true when it has changed since the sample was started
   * @param error the symbolic error that ended it, such as {@code ENOENT}
   */
  record FileEnd(long size, int mode, boolean changed, Optional<String> error)
      implements AgentEvent {}

  /** What the guest has used; empty when the agent cannot see its processor time. */
  record Usage(Optional<Used> used) implements AgentEvent {}

  /** The agent gave up. */
  record Failure(String message) implements AgentEvent {}
}
