package org.malassay.features;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.malassay.elf.ElfLayout;

/**
 * How often each opcode occurs in a program for ARM, Thumb or AArch64, over all that {@link
 * CodeMap} takes for instructions. Opcodes are counted as objdump writes them, and for the columns
 * as what they are without width ({@code .w}), type ({@code .f32}), condition ({@code eq}) and the
 * {@code s} of those that set flags.
 */
final class Opcodes {
  /** How much code of a sample is disassembled: its beginning. */
  private static final int MOST_CODE = 4 << 20;

  private static final Pattern IF_THEN = Pattern.compile("it[te]{0,3}");

  private static final Set<String> CONDITIONS =
      Set.of(
          "eq", "ne", "cs", "cc", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt",
          "le", "al");

  private static final Set<String> KNOWN = new HashSet<>(FeatureColumns.OPCODES);

  private final Objdump objdump;

  Opcodes(Objdump objdump) {
    this.objdump = objdump;
  }

  void of(Head head, Findings into) throws InterruptedException {
    Optional<CodeMap> map = head.elf().flatMap(elf -> CodeMap.of(head.bytes(), elf));
    if (map.isPresent()) {
      count(head.bytes(), head.elf().orElseThrow(), map.get(), into);
    }
  }

  private void count(byte[] file, ElfLayout elf, CodeMap map, Findings into)
      throws InterruptedException {
    into.number("code_bytes", map.total());
    into.number("code_mapped", map.isMapped() ? 1 : 0);
    if (map.isMapped()) {
      into.number("code_data_bytes", map.data());
    }
    if (map.total() > 0) {
      into.number("entropy_code", entropy(file, map));
    }
    Map<InstructionSet, Map<String, Integer>> counts = new EnumMap<>(InstructionSet.class);
    int left = MOST_CODE;
    for (var part : map.code().entrySet()) {
      InstructionSet set = part.getKey();
      Optional<String> missing = objdump.missing(set);
      if (missing.isPresent()) {
        into.missing(Part.OPCODES, missing.get());
        return;
      }
      byte[] code = joined(file, part.getValue(), left);
      left -= code.length;
      Map<String, Integer> ofSet = new TreeMap<>();
      try {
        objdump.disassemble(
            set, elf.codeOrder(), code, opcode -> ofSet.merge(opcode, 1, Integer::sum));
      } catch (IOException e) {
        into.missing(Part.OPCODES, String.valueOf(e.getMessage()));
        return;
      }
      counts.put(set, ofSet);
    }
    if (left == 0) {
      into.missing(
          Part.OPCODES, "those of the first %d of %d bytes".formatted(MOST_CODE, map.total()));
    }
    tell(counts, into);
  }

  private static double entropy(byte[] file, CodeMap map) {
    ByteCounts counts = new ByteCounts();
    map.code().values().stream()
        .flatMap(List::stream)
        .forEach(span -> counts.add(file, span.from(), span.to()));
    return counts.entropy();
  }

  private static byte[] joined(byte[] file, List<Span> spans, int most) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (Span span : spans) {
      joined.write(file, span.from(), Math.min(span.length(), most - joined.size()));
    }
    return joined.toByteArray();
  }

  private static void tell(Map<InstructionSet, Map<String, Integer>> counts, Findings into) {
    Map<String, Integer> byOpcode = new HashMap<>();
    List<String> lines = new ArrayList<>();
    lines.add("instruction_set,opcode,count");
    int all = 0;
    int undefined = 0;
    int others = 0;
    for (InstructionSet set : InstructionSet.values()) {
      int ofSet = 0;
      for (var count : counts.getOrDefault(set, Map.of()).entrySet()) {
        String opcode = count.getKey();
        if (opcode.equals(Objdump.UNDEFINED)) {
          undefined += count.getValue();
          continue;
        }
        lines.add(set.word() + "," + opcode + "," + count.getValue());
        ofSet += count.getValue();
        Optional<String> known = known(opcode);
        known.ifPresent(it -> byOpcode.merge(it, count.getValue(), Integer::sum));
        others += known.isPresent() ? 0 : count.getValue();
      }
      into.number("opcodes_" + set.word(), ofSet);
      all += ofSet;
    }
    into.number("opcodes", all);
    into.number("opcodes_undefined", undefined);
    into.number("opcodes_other", others);
    for (String opcode : FeatureColumns.OPCODES) {
      into.number(FeatureColumns.ofOpcode(opcode), byOpcode.getOrDefault(opcode, 0));
    }
    into.piece(
        FeaturePiece.OPCODES,
        "how often each opcode occurs in the sample's code",
        "text/csv",
        (String.join("\r\n", lines) + "\r\n").getBytes(US_ASCII));
  }

  /** The opcode that has a column, of one as objdump writes it; empty when none has. */
  static Optional<String> known(String written) {
    int dot = written.indexOf('.');
    String opcode = dot < 0 ? written : written.substring(0, dot);
    if (IF_THEN.matcher(opcode).matches()) {
      return Optional.of("it");
    }
    List<String> tries = new ArrayList<>(List.of(opcode));
    withoutCondition(opcode).ifPresent(tries::add);
    withoutFlags(opcode).ifPresent(tries::add);
    withoutCondition(opcode).flatMap(Opcodes::withoutFlags).ifPresent(tries::add);
    return tries.stream().filter(KNOWN::contains).findFirst();
  }

  private static Optional<String> withoutCondition(String opcode) {
    int end = opcode.length() - 2;
    return end > 0 && CONDITIONS.contains(opcode.substring(end))
        ? Optional.of(opcode.substring(0, end))
        : Optional.empty();
  }

  private static Optional<String> withoutFlags(String opcode) {
    return opcode.length() > 1 && opcode.endsWith("s")
        ? Optional.of(opcode.substring(0, opcode.length() - 1))
        : Optional.empty();
  }
}
