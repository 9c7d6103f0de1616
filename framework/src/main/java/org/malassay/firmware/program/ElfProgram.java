package org.malassay.firmware.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.elf.Architecture;
import org.malassay.elf.Bytes;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.elf.ElfSegment;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;

/**
 * Tells the mitigations of one ELF file. The rules are those of checksec (2.6.0, {@code
 * filecheck}), except that what cannot be told is unknown:
 *
 * <ul>
 *   <li>NX: {@code PT_GNU_STACK} without the flag to execute. Without that header the stack can be
 *       executed (the default of most kernels). On a MIPS processor without RIXI nothing is
 *       enforced: the answer is what the file asks for, as checksec has it.
 *   <li>PIE: a {@code DYN} file that is marked {@code DF_1_PIE}, or has {@code DT_DEBUG}, or names
 *       an interpreter and no name of its own. An interpreter alone says nothing: libc.so.6 has
 *       one.
 *   <li>RELRO: {@code PT_GNU_RELRO}; full with {@code DT_BIND_NOW}, {@code DF_BIND_NOW} or {@code
 *       DF_1_NOW}.
 *   <li>Canary: {@code __stack_chk_fail}, {@code __stack_chk_guard}, {@code
 *       __intel_security_cookie}, and {@code __stack_smash_handler} of GCC's patches before 4.1,
 *       among the symbols. A static, stripped program has no symbols; there the words that the
 *       handler prints show one, and nothing shows that there is none.
 *   <li>FORTIFY: of the functions that the file asks for and a checked variant exists of, which are
 *       checked. Of a static program unknown: its C library has the variants in any case. Headers
 *       for musl check inline, which nobody sees from outside: unknown.
 *   <li>CFI: symbols of clang's. Unknown of a stripped file without one.
 *   <li>PAC, BTI: {@code GNU_PROPERTY_AARCH64_FEATURE_1_AND} (ELF for the Arm 64-bit Architecture);
 *       IBT: {@code GNU_PROPERTY_X86_FEATURE_1_AND} (x86-64 psABI). PAC works without that mark,
 *       function by function: unknown where instructions for it are there and the mark is not.
 *   <li>Files that UPX packed say nothing of the program in them.
 * </ul>
 */
public final class ElfProgram {
  private static final int PT_INTERP = 3;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int PT_GNU_RELRO = 0x6474e552;
  private static final int PF_X = 1;

  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_DEBUG = 21;
  private static final long DT_BIND_NOW = 24;
  private static final long DT_RUNPATH = 29;
  private static final long DT_FLAGS = 30;
  private static final long DT_FLAGS_1 = 0x6ffffffbL;
  private static final long DF_BIND_NOW = 8;
  private static final long DF_1_NOW = 1;
  private static final long DF_1_PIE = 0x08000000;

  private static final int AARCH64_FEATURE_1_AND = 0xc0000000;
  private static final int AARCH64_BTI = 1;
  private static final int AARCH64_PAC = 2;
  private static final int X86_FEATURE_1_AND = 0xc0000002;
  private static final int X86_IBT = 1;

  private static final int PACIASP = 0xd503233f;
  private static final int PACIBSP = 0xd503237f;

  private static final List<String> CANARIES =
      List.of(
          "__stack_chk_fail",
          "__stack_chk_guard",
          "__intel_security_cookie",
          "__stack_smash_handler");

  private static final byte[] SMASHED =
      "stack smashing detected".getBytes(StandardCharsets.US_ASCII);

  private final byte[] file;
  private final ElfLayout elf;
  private final ElfFacts facts;
  private final Optional<List<Symbol>> imports;
  private final Set<String> names;

  private ElfProgram(byte[] file, ElfLayout elf, ElfFacts facts) {
    this.file = file;
    this.elf = elf;
    this.facts = facts;
    this.imports =
        elf.type() == ObjectType.RELOCATABLE ? Optional.of(elf.symbols()) : elf.dynamicSymbols();
    this.names =
        Stream.concat(imports.stream().flatMap(List::stream), elf.symbols().stream())
            .map(Symbol::name)
            .collect(Collectors.toCollection(HashSet::new));
  }

  /** Reads a file; empty if it is no ELF file. Whatever its content, that is no error. */
  public static Optional<ElfFinding> read(byte[] file) {
    try {
      Optional<ElfLayout> elf = ElfLayout.read(file);
      return elf.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ElfProgram(file, elf.get(), ElfFacts.of(Bytes.of(file)).orElseThrow()).finding());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private ElfFinding finding() {
    return new ElfFinding(elf.architecture().label(), kind(), mitigations());
  }

  private String kind() {
    return switch (elf.type()) {
      case RELOCATABLE -> isModule() ? "module" : "object";
      case EXECUTABLE -> isInKernelSpace() ? "kernel" : "program";
      case SHARED_OBJECT ->
          isInKernelSpace() ? "kernel" : pie() == Pie.LIBRARY ? "library" : "program";
      case CORE, OTHER -> "other";
    };
  }

  /**
   * Where no program is loaded: MIPS has its kernel from 2 GiB on ({@code KSEG0}), other processors
   * of 32 bits from 3 GiB on (the usual {@code PAGE_OFFSET}), those of 64 bits in the upper half. A
   * kernel that unpacks itself is told so, too.
   */
  private boolean isInKernelSpace() {
    boolean mips =
        elf.architecture() == Architecture.MIPS
            || elf.architecture() == Architecture.MIPS_LITTLE_ENDIAN;
    long from = elf.isWide() ? Long.MIN_VALUE : mips ? 0x8000_0000L : 0xc000_0000L;
    return segment(PT_INTERP).isEmpty()
        && elf.segments().stream().anyMatch(ElfSegment::isLoaded)
        && elf.segments().stream()
            .filter(ElfSegment::isLoaded)
            .allMatch(load -> Long.compareUnsigned(load.address(), from) >= 0);
  }

  private boolean isModule() {
    return elf.sections().stream().map(elf::name).anyMatch(".modinfo"::equals);
  }

  private Mitigations mitigations() {
    Calls fortify = fortify();
    return new Mitigations(
        nx(),
        pie(),
        relro(),
        canary(),
        fortify.answer(),
        fortify.checked(),
        fortify.checkable(),
        folders(DT_RPATH),
        folders(DT_RUNPATH),
        stripped(),
        cfi(),
        pac(),
        bti());
  }

  private boolean isLinked() {
    return elf.type() == ObjectType.EXECUTABLE || elf.type() == ObjectType.SHARED_OBJECT;
  }

  private Optional<ElfSegment> segment(int type) {
    return elf.segments().stream().filter(segment -> segment.type() == type).findFirst();
  }

  private boolean has(long tag, long bits) {
    return (elf.dynamic(tag).orElse(0) & bits) != 0;
  }

  private Answer nx() {
    if (!isLinked()) {
      return Answer.NOT_APPLICABLE;
    }
    if (facts.upxPacked() || elf.segments().isEmpty()) {
      return Answer.UNKNOWN;
    }
    return segment(PT_GNU_STACK).filter(stack -> (stack.flags() & PF_X) == 0).isPresent()
        ? Answer.YES
        : Answer.NO;
  }

  private Pie pie() {
    return switch (elf.type()) {
      case RELOCATABLE -> Pie.OBJECT;
      case EXECUTABLE -> Pie.NO;
      case SHARED_OBJECT -> pieOfSharedObject();
      case CORE, OTHER -> Pie.UNKNOWN;
    };
  }

  private Pie pieOfSharedObject() {
    boolean interpreter = segment(PT_INTERP).isPresent();
    boolean marked = has(DT_FLAGS_1, DF_1_PIE) || elf.dynamic(DT_DEBUG).isPresent();
    if (interpreter) {
      return marked || elf.dynamic(DT_SONAME).isEmpty() ? Pie.YES : Pie.LIBRARY;
    }
    if (marked) {
      return Pie.STATIC_PIE;
    }
    // Without a dynamic section it is one that was packed, or nothing that a loader takes.
    return facts.linkage() == Linkage.DYNAMIC ? Pie.LIBRARY : Pie.UNKNOWN;
  }

  private Relro relro() {
    if (!isLinked()) {
      return Relro.NOT_APPLICABLE;
    }
    if (facts.upxPacked() || elf.segments().isEmpty()) {
      return Relro.UNKNOWN;
    }
    if (segment(PT_GNU_RELRO).isEmpty()) {
      return Relro.NONE;
    }
    boolean now =
        elf.dynamic(DT_BIND_NOW).isPresent()
            || has(DT_FLAGS, DF_BIND_NOW)
            || has(DT_FLAGS_1, DF_1_NOW);
    return now ? Relro.FULL : Relro.PARTIAL;
  }

  private Answer canary() {
    if (elf.type() == ObjectType.CORE || elf.type() == ObjectType.OTHER) {
      return Answer.NOT_APPLICABLE;
    }
    if (names.stream().anyMatch(ElfProgram::isCanary)) {
      return Answer.YES;
    }
    if (facts.upxPacked() || hasMoreSymbols()) {
      return Answer.UNKNOWN;
    }
    boolean symbols =
        elf.hasSymbols() || (imports.isPresent() && !imports.get().isEmpty() && !isStatic());
    if (symbols) {
      return Answer.NO;
    }
    return contains(SMASHED) ? Answer.YES : Answer.UNKNOWN;
  }

  /** Whether there are symbols that were not looked at. */
  private boolean hasMoreSymbols() {
    return elf.symbols().size() >= ElfLayout.MOST_SYMBOLS
        || imports.filter(known -> known.size() >= ElfLayout.MOST_SYMBOLS).isPresent();
  }

  private static boolean isCanary(String name) {
    return name.startsWith("__") && CANARIES.stream().anyMatch(name::contains);
  }

  private boolean isStatic() {
    return facts.linkage() == Linkage.STATIC || facts.linkage() == Linkage.STATIC_PIE;
  }

  private boolean contains(byte[] words) {
    for (int at = 0; at + words.length <= file.length; at++) {
      int i = 0;
      while (i < words.length && file[at + i] == words[i]) {
        i++;
      }
      if (i == words.length) {
        return true;
      }
    }
    return false;
  }

  /** Functions that are asked for: those that are checked, and those that could be. */
  private record Calls(Answer answer, int checked, int checkable) {}

  private Calls fortify() {
    if (!isLinked()) {
      return new Calls(Answer.NOT_APPLICABLE, 0, 0);
    }
    if (isStatic() || imports.isEmpty() || facts.upxPacked()) {
      return new Calls(Answer.UNKNOWN, 0, 0);
    }
    List<String> asked =
        imports.get().stream().filter(Symbol::isUndefined).map(Symbol::name).distinct().toList();
    int checked = (int) asked.stream().filter(name -> Fortified.base(name).isPresent()).count();
    int checkable = checked + (int) asked.stream().filter(Fortified::canBe).count();
    return new Calls(fortified(checked, checkable), checked, checkable);
  }

  private Answer fortified(int checked, int checkable) {
    if (checked > 0) {
      return Answer.YES;
    }
    if (checkable == 0) {
      return Answer.NOT_APPLICABLE;
    }
    return facts.needed().stream().anyMatch(ElfProgram::isMusl) ? Answer.UNKNOWN : Answer.NO;
  }

  private static boolean isMusl(String library) {
    return library.equals("libc.so") || library.startsWith("libc.musl-");
  }

  private Answer folders(long tag) {
    if (!isLinked()) {
      return Answer.NOT_APPLICABLE;
    }
    if (facts.upxPacked()) {
      return Answer.UNKNOWN;
    }
    return elf.dynamic(tag).isPresent() ? Answer.YES : Answer.NO;
  }

  private Answer stripped() {
    if (facts.upxPacked()) {
      return Answer.UNKNOWN;
    }
    return elf.hasSymbols() ? Answer.NO : Answer.YES;
  }

  private Answer cfi() {
    if (elf.type() == ObjectType.CORE || elf.type() == ObjectType.OTHER) {
      return Answer.NOT_APPLICABLE;
    }
    if (names.stream().anyMatch(ElfProgram::isCfi)) {
      return Answer.YES;
    }
    return elf.hasSymbols() && !facts.upxPacked() && !hasMoreSymbols() ? Answer.NO : Answer.UNKNOWN;
  }

  private static boolean isCfi(String name) {
    return name.startsWith("__cfi_")
        || name.startsWith("__kcfi_typeid_")
        || name.endsWith(".cfi")
        || name.endsWith(".cfi_jt");
  }

  private boolean isAarch64() {
    return elf.architecture() == Architecture.AARCH64
        || elf.architecture() == Architecture.AARCH64_BIG_ENDIAN;
  }

  private Answer pac() {
    if (!isAarch64() || !isLinked()) {
      return Answer.NOT_APPLICABLE;
    }
    if (isMarked(AARCH64_FEATURE_1_AND, AARCH64_PAC)) {
      return Answer.YES;
    }
    return facts.upxPacked() || signsAddresses() ? Answer.UNKNOWN : Answer.NO;
  }

  private Answer bti() {
    if (!isLinked()) {
      return Answer.NOT_APPLICABLE;
    }
    boolean marked;
    if (isAarch64()) {
      marked = isMarked(AARCH64_FEATURE_1_AND, AARCH64_BTI);
    } else if (elf.architecture() == Architecture.X86
        || elf.architecture() == Architecture.X86_64) {
      marked = isMarked(X86_FEATURE_1_AND, X86_IBT);
    } else {
      return Answer.NOT_APPLICABLE;
    }
    return marked ? Answer.YES : facts.upxPacked() ? Answer.UNKNOWN : Answer.NO;
  }

  private boolean isMarked(int property, int bit) {
    OptionalInt bits = GnuProperties.bits(file, elf, property);
    return bits.isPresent() && (bits.getAsInt() & bit) != 0;
  }

  private boolean signsAddresses() {
    ByteBuffer code = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (ElfSegment segment : elf.segments()) {
      if (segment.isCode() && segment.offset() >= 0) {
        long end = Math.min(file.length, segment.offset() + Math.max(0, segment.fileSize()));
        for (long at = (segment.offset() + 3) & ~3L; at + 4 <= end; at += 4) {
          int word = code.getInt((int) at);
          if (word == PACIASP || word == PACIBSP) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
