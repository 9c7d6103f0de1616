package org.malassay.environments.tracing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.malassay.environments.tracing.CallTable.Call;
import org.malassay.environments.tracing.KernelRecord.Flag;

/**
 * Tells the calls of a program from those of the qemu-user that runs it: of the calls that the
 * kernel sees, most are the program's, and some are qemu-user's own. These are left out where they
 * are certain: calls about memory that the program does not have, calls about descriptors that
 * qemu-user opened so, calls before the program has begun, and those that make the first thread of
 * each process or are made by it, for that thread is qemu-user's.
 */
final class EmulatorCalls {
  private static final int ARCH_SET_GS = 0x1001;
  private static final int ENOSYS = 38;
  private static final Set<String> OF_MEMORY = Set.of("path", "str", "data", "buf");

  private final Map<String, long[]> leftOut = new HashMap<>();

  /** How many calls were left out, and how many of them had failed, by name. */
  Map<String, long[]> leftOut() {
    return leftOut;
  }

  /** True when the record is of a call that qemu-user made, for its program or for itself. */
  static boolean isEmulated(KernelRecord record) {
    return record.is(Flag.EMULATED) && record.abi() != Abi.ARM;
  }

  /** The name of a call by a process that is emulated: its clone3 is its program's clone. */
  static String name(Call call) {
    return call.name().equals("clone3") ? "clone" : call.name();
  }

  /**
   * Takes the next call of a process that is emulated.
   *
   * @return the calls that are the program's, as is known now: none if it is not or nobody knows
   *     yet, several if it shows that those before were, too
   */
  List<KernelRecord> judge(TracedProcess process, KernelRecord record) {
    Call call = CallTable.find(record.abi(), record.number());
    if (call.name().startsWith("exec")) { // it executes no program for itself
      return List.of(record);
    }
    if (call.name().equals("arch_prctl")) { // ARM has no such call
      if (process.isStarting() && record.arguments().get(0) == ARCH_SET_GS) {
        process.letGo().forEach(this::leaveOut); // the last one before the program begins
      }
      return leaveOut(record);
    }
    if (record.is(Flag.OWN)) {
      return ofOwnMemory(process, record, call);
    }
    if (isOfOwnThread(process, record, call.name()) || isOfOwnDescriptor(process, record, call)) {
      return leaveOut(record);
    }
    if (!process.isStarting()) {
      return List.of(record);
    }
    if (!isAboutMemory(call, record) && process.hold(record)) {
      return List.of();
    }
    List<KernelRecord> released = new ArrayList<>(process.letGo());
    released.add(record);
    return released;
  }

  private List<KernelRecord> leaveOut(KernelRecord record) {
    long[] counts =
        leftOut.computeIfAbsent(
            name(CallTable.find(record.abi(), record.number())), name -> new long[2]);
    counts[0]++;
    counts[1] += record.succeeded() ? 0 : 1;
    return List.of();
  }

  /** About memory that the program does not have. */
  private List<KernelRecord> ofOwnMemory(TracedProcess process, KernelRecord record, Call call) {
    if (call.name().startsWith("open") || call.name().equals("memfd_create")) {
      Words words = Words.of(call, record);
      if (!process.isStarting()
          && !words.paths().isEmpty()
          && words.paths().get(0).isPresent()
          && words.paths().get(0).equals(process.program())) {
        return List.of(record); // the program opened /proc/self/exe, which would be qemu-user
      }
      if (record.succeeded()) {
        process.descriptors().put(record.result(), Descriptor.ofEmulator());
      }
    }
    return leaveOut(record);
  }

  private static boolean isOfOwnThread(TracedProcess process, KernelRecord record, String name) {
    if (name.startsWith("clone")) {
      // Where clone3 is refused, the C library takes clone, which shows whose both calls are.
      return record.succeeded()
          ? process.hasHelper((int) record.result())
          : name.equals("clone3") && record.result() == -ENOSYS;
    }
    return process.hasHelper(record.thread()) && name.equals("clock_nanosleep");
  }

  private static boolean isOfOwnDescriptor(TracedProcess process, KernelRecord record, Call call) {
    if (!call.isAboutDescriptor()) {
      return false;
    }
    long descriptor = record.arguments().get(0);
    boolean own = process.descriptors().find(descriptor).filter(Descriptor::emulators).isPresent();
    if (own && call.name().equals("close") && record.succeeded()) {
      process.descriptors().remove(descriptor);
    }
    return own;
  }

  /** About memory of the program, as it is not about that of the emulator. */
  private static boolean isAboutMemory(Call call, KernelRecord record) {
    for (int i = 0; i < Math.min(call.arguments().size(), KernelRecord.ARGUMENTS); i++) {
      if (OF_MEMORY.contains(call.arguments().get(i)) && record.arguments().get(i) != 0) {
        return true;
      }
    }
    return false;
  }
}
