package org.malassay.environments.host;

import java.time.Duration;

/**
 * What is waited for, and how long on a host that is not slow ({@link Timeouts} knows how slow this
 * one is). They end what nothing else would end. None is a limit of a sample, and nothing that goes
 * well waits for one. Programs of this host that build an image have time-outs with their recipes,
 * for which the factor holds too.
 */
public enum Timeout {
  /** A guest takes a command: its agent reads it at once, unless the sample starves it. */
  COMMAND(Duration.ofSeconds(30)),

  /** A sample is put into a guest. */
  DELIVERY(Duration.ofMinutes(1)),

  /** The page of a guest's service; one that takes longer is taken to be down. */
  PROBE(Duration.ofMillis(1800)),

  /** How much later than it should the agent tells that nobody answered a {@link #PROBE}. */
  PROBE_TOLD(Duration.ofMillis(200)),

  /** How long past its limit a sample may keep the agent from telling that it was stopped. */
  STOPPED(Duration.ofSeconds(3)),

  /** The same in a machine, which is emulated. */
  STOPPED_IN_MACHINE(Duration.ofSeconds(4)),

  /** A file that a sample left is read by the agent, eight megabytes at most. */
  FILE(Duration.ofSeconds(5)),

  /** The agent says what the guest has used. */
  USAGE(Duration.ofSeconds(1)),

  /** The service of a container answers: nginx under qemu-user takes 150 ms. */
  SERVICE_START(Duration.ofSeconds(20)),

  /** A connection to the Docker engine. */
  ENGINE_CONNECTION(Duration.ofSeconds(5)),

  /** A search for the Docker engine, of several sockets. */
  ENGINE_SEARCH(Duration.ofSeconds(20)),

  /** An answer of the Docker engine, which may be busy with other guests. */
  ENGINE_ANSWER(Duration.ofSeconds(60)),

  /** The engine's log tells of a kill some time after the kill. */
  ENGINE_LOG(Duration.ofSeconds(1)),

  /** An image is built by the engine: one layer with a few files. */
  ENGINE_BUILD(Duration.ofMinutes(5)),

  /** An image is pulled. */
  ENGINE_PULL(Duration.ofMinutes(15)),

  /** When an environment is closed, guests that are being made or removed are waited for. */
  CLEANING(Duration.ofSeconds(90)),

  /** The recorder says hello. */
  RECORDER_START(Duration.ofSeconds(30)),

  /** The recorder has recorded a program of its own. */
  RECORDER_CHECK(Duration.ofSeconds(20)),

  /** The recorder takes a command. */
  RECORDER_COMMAND(Duration.ofSeconds(10)),

  /** The simulated Internet takes what it is to say to a guest, which may not listen. */
  INTERNET_COMMAND(Duration.ofSeconds(30)),

  /** The simulated Internet makes a network: a matter of milliseconds. */
  INTERNET_NETWORK(Duration.ofSeconds(30)),

  /**
   * A connection and a question are tried in the simulated Internet: seconds if none is answered.
   */
  INTERNET_CHECK(Duration.ofSeconds(30)),

  /** The simulated Internet counts what has passed in a network. */
  INTERNET_COUNTS(Duration.ofSeconds(5)),

  /** QEMU connects to its sockets. */
  QEMU_START(Duration.ofSeconds(30)),

  /** QEMU's monitor answers, or has saved or loaded a machine. */
  QEMU_ANSWER(Duration.ofSeconds(30)),

  /** QEMU ends when it is told to. */
  QEMU_END(Duration.ofSeconds(10)),

  /** QEMU tells that a guest is down once its agent is. */
  QEMU_NEWS(Duration.ofSeconds(5)),

  /** What QEMU says is on its way once QEMU has told that the guest is down. */
  QEMU_LAST_WORDS(Duration.ofSeconds(2)),

  /** Twenty times what a Raspberry Pi 3 takes to boot alone: the host may be that busy. */
  BOOT(Duration.ofMinutes(20)),

  /** A machine that has just booted has taken the time and random numbers. */
  WAKING(Duration.ofSeconds(30)),

  /** The same of a clone, whose memory comes from the disk; and its first page. */
  CLONE(Duration.ofSeconds(90)),

  /** The page of a machine that boots, which is asked for again and again. */
  BOOTING_PAGE(Duration.ofSeconds(5)),

  /** A step of the making of a template that is a second's work in a guest. */
  TEMPLATE_STEP(Duration.ofMinutes(1)),

  /** A login in a machine that is to become a template: twenty seconds if it is alone. */
  LOGIN(Duration.ofMinutes(5)),

  /** A defence is set up in a guest, or has been tried there: a policy is compiled in seconds. */
  DEFENCE(Duration.ofMinutes(2)),

  /** An engine in a machine that is to become a template has taken an image in and started it. */
  PLACE_APART(Duration.ofMinutes(8)),

  /** A system that has just booted has started all that it starts. */
  SETTLING(Duration.ofMinutes(3)),

  /** Of use to end what nothing else ends: SSH on a busy host takes long. */
  SSH(Duration.ofMinutes(3)),

  /** A connection by SSH is dropped; nobody waits for a guest that has nothing to say to that. */
  SSH_END(Duration.ofSeconds(1)),

  /** A unikernel's page: it boots in 15 ms. */
  UNIKERNEL_BOOT(Duration.ofSeconds(60));

  private final Duration usual;

  Timeout(Duration usual) {
    this.usual = usual;
  }

  /** How long on a host that is not slow. */
  public Duration usual() {
    return usual;
  }
}
