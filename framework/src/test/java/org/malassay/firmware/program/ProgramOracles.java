package org.malassay.firmware.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;

/** What checksec and readelf say of files, in this project's words, and how often both agree. */
final class ProgramOracles {
  private ProgramOracles() {}

  /** By mitigation: how often both decide and agree, and the files on which they do not. */
  static final class Agreement {
    private final Map<String, int[]> counts = new TreeMap<>();
    private final Map<String, String> disagreements = new LinkedHashMap<>();

    void add(Path file, String architecture, Map<String, String> oracle, Map<String, String> told) {
      oracle.forEach(
          (mitigation, theirs) -> {
            String ours = told.getOrDefault(mitigation, "unknown");
            int[] count = counts.computeIfAbsent(mitigation, any -> new int[3]);
            if (ours.equals("unknown")) {
              count[2]++;
            } else if (ours.equals(theirs)) {
              count[0]++;
            } else {
              count[1]++;
              disagreements.put(
                  file + " (" + architecture + ") " + mitigation,
                  "we " + ours + ", they " + theirs);
            }
          });
    }

    Map<String, String> disagreements() {
      return disagreements;
    }

    long decided() {
      return counts.values().stream().mapToLong(count -> count[0] + count[1]).sum();
    }

    /** A row a mitigation: agreed, disagreed, not told by us. */
    String table() {
      StringBuilder table = new StringBuilder("mitigation | agreed | not | unknown to us\n");
      counts.forEach(
          (name, count) ->
              table.append("%s | %d | %d | %d%n".formatted(name, count[0], count[1], count[2])));
      return table.toString();
    }
  }

  /** ELF files below folders, in turn of each folder, the same ones each time. */
  static List<Path> files(List<Path> folders, int most) {
    List<List<Path>> all = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> walk = Files.walk(folder, 8)) {
          all.add(
              walk.filter(Files::isRegularFile)
                  .filter(ProgramOracles::isElf)
                  .sorted(
                      Comparator.comparing((Path file) -> file.toString().hashCode())
                          .thenComparing(file -> file))
                  .limit(most)
                  .toList());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return IntStream.range(0, most)
        .boxed()
        .flatMap(
            turn -> all.stream().filter(files -> turn < files.size()).map(files -> files.get(turn)))
        .limit(most)
        .toList();
  }

  private static boolean isElf(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(4);
      return head.length == 4
          && head[0] == 0x7f
          && head[1] == 'E'
          && head[2] == 'L'
          && head[3] == 'F';
    } catch (IOException e) {
      return false; // not readable for everybody: no file of the comparison
    }
  }

  static String output(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(command[0] + " does not end");
    }
    return out;
  }

  private static final String SYMBOLS = "Symbol table '";

  /** {@code checksec --format=csv}: RELRO, canary, NX, PIE, RPATH, RUNPATH, symbols, FORTIFY. */
  static Map<String, String> checksec(Path file) throws Exception {
    String[] fields = output("checksec", "--format=csv", "--file=" + file).strip().split(",");
    Map<String, String> said = new TreeMap<>();
    said.put(
        "relro",
        switch (fields[0]) {
          case "Full RELRO" -> "full";
          case "Partial RELRO" -> "partial";
          default -> "none";
        });
    // It looks at symbols alone, and says no where there are none.
    if (output("readelf", "-s", file.toString()).contains(SYMBOLS)) {
      said.put("canary", fields[1].equals("Canary found") ? "yes" : "no");
    }
    said.put("nx", fields[2].equals("NX enabled") ? "yes" : "no");
    said.put(
        "pie",
        switch (fields[3]) {
          case "PIE enabled" -> "yes";
          case "DSO" -> "library";
          case "REL" -> "object";
          default -> "no";
        });
    said.put("rpath", fields[4].equals("RPATH") ? "yes" : "no");
    said.put("runpath", fields[5].equals("RUNPATH") ? "yes" : "no");
    said.put("stripped", fields[6].equals("Symbols") ? "no" : "yes");
    said.put("fortify", fields[7].equals("Yes") ? "yes" : "no");
    return said;
  }

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^\\s*\\d+: .* UND (__\\w+?(?:_chk|_2))(?:@|\\s|$)");

  /** What readelf's tables say, by the same rules, read from its words. */
  static Map<String, String> readelf(Path file) throws Exception {
    String out = output("readelf", "-h", "-l", "-d", "-s", "-S", "-n", "-W", file.toString());
    Map<String, String> said = new TreeMap<>();
    boolean object = out.contains("Type:                              REL ");
    boolean linked = !object && !out.contains("Type:                              CORE");
    boolean exec = out.contains("Type:                              EXEC ");
    if (linked) {
      Matcher stack =
          Pattern.compile("(?m)^\\s*GNU_STACK\\s+(?:0x[0-9a-f]+\\s+){5}([RWE ]{3})").matcher(out);
      said.put("nx", stack.find() && !stack.group(1).contains("E") ? "yes" : "no");
      boolean now =
          Pattern.compile("\\(BIND_NOW\\)|\\(FLAGS\\).*BIND_NOW|\\(FLAGS_1\\).*\\bNOW\\b")
              .matcher(out)
              .find();
      said.put("relro", !out.contains("  GNU_RELRO ") ? "none" : now ? "full" : "partial");
      said.put("rpath", out.contains("(RPATH)") ? "yes" : "no");
      said.put("runpath", out.contains("(RUNPATH)") ? "yes" : "no");
      boolean marked =
          out.contains("(DEBUG)") || out.contains("Flags: PIE") || out.contains(" PIE");
      said.put(
          "pie",
          exec
              ? "no"
              : out.contains("(DEBUG)") || (marked && out.contains("(FLAGS_1)"))
                  ? "yes"
                  : "library");
      said.put("fortify", IMPORT.matcher(out).find() ? "yes" : "no");
    }
    if (out.contains(SYMBOLS)) {
      boolean canary = Pattern.compile("__stack_chk_(?:fail|guard)").matcher(out).find();
      said.put("canary", canary ? "yes" : "no");
    }
    said.put("stripped", out.contains("'.symtab'") ? "no" : "yes");
    if (linked && out.contains("AArch64")) {
      Matcher feature = Pattern.compile("AArch64 feature: (.*)").matcher(out);
      String features = feature.find() ? feature.group(1) : "";
      said.put("bti", features.contains("BTI") ? "yes" : "no");
      if (features.contains("PAC")) {
        said.put("pac", "yes");
      }
    } else if (linked && (out.contains("X86-64") || out.contains("Intel 80386"))) {
      said.put("bti", Pattern.compile("x86 feature: .*IBT").matcher(out).find() ? "yes" : "no");
    }
    return said;
  }

  /** What we say, in the same words; what does not exist for a file is left to the oracle. */
  static Map<String, String> ours(Mitigations told, boolean isStatic) {
    Map<String, String> said = new TreeMap<>();
    said.put("nx", word(told.nx()));
    said.put(
        "relro",
        told.relro() == Relro.NOT_APPLICABLE
            ? "unknown"
            : told.relro().name().toLowerCase(Locale.ROOT));
    said.put("canary", word(told.canary()));
    // What is not there to be checked is not checked.
    said.put(
        "fortify",
        told.fortify() == Answer.NOT_APPLICABLE && !isStatic ? "no" : word(told.fortify()));
    said.put("rpath", word(told.rpath()));
    said.put("runpath", word(told.runpath()));
    said.put("stripped", word(told.stripped()));
    said.put("bti", word(told.bti()));
    said.put("pac", word(told.pac()));
    said.put(
        "pie", told.pie() == Pie.STATIC_PIE ? "yes" : told.pie().name().toLowerCase(Locale.ROOT));
    return said;
  }

  private static String word(Answer answer) {
    return switch (answer) {
      case YES -> "yes";
      case NO -> "no";
      case UNKNOWN, NOT_APPLICABLE -> "unknown";
    };
  }
}
