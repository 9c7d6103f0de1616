package org.malassay.firmware.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfLayout;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.text.Literals;
import org.malassay.firmware.text.Printable;

/**
 * Reads a decompressed kernel: its banner ({@code linux_banner} in {@code init/version.c}), the
 * configuration that it may carry (between {@code IKCFG_ST} and {@code IKCFG_ED}, {@code
 * kernel/configs.c}), its strings.
 */
public final class KernelImage {
  /** A kernel is larger: what is smaller and has a banner quotes one. */
  private static final int SMALLEST = 256 * 1024;

  /** Of a configuration, decompressed. */
  private static final int MOST_CONFIGURATION = 4 << 20;

  /** How often what seems to begin a configuration is decompressed. */
  private static final int MOST_TRIES = 16;

  private static final int MOST_BANNER = 300;

  private static final Pattern BANNER =
      Pattern.compile("Linux version (\\d+\\.\\d+[^ ]*) \\((.*)\\) (#.*)");

  /** {@code UTS_VERSION}: a number, flags, a date as date(1) writes it. */
  private static final Pattern BUILT =
      Pattern.compile("(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) .*\\d{4}|\\d{4}-\\d{2}-\\d{2}");

  private static final List<String> WORDS =
      List.of("Linux version ", "IKCFG_ST", "arch/", "mod_unload");
  private static final Literals LITERALS = Literals.of(WORDS);
  private static final int BANNERS = 0;
  private static final int CONFIGURATIONS = 1;
  private static final int FOLDERS = 2;
  private static final int MAGICS = 3;

  private static final Pattern FOLDER =
      Pattern.compile(
          "arch/(arm64|arm|mips|powerpc|ppc|x86|i386|x86_64|sparc|sh|m68k|arc|riscv|s390)/"
              + "(?:kernel|mm|lib|boot|include|mach-\\w+|kvm)/.*");

  private static final Pattern ARM_MAGIC = Pattern.compile(".*mod_unload.*ARMv\\d.*");
  private static final Pattern ARM64_MAGIC = Pattern.compile(".*mod_unload.*aarch64.*");
  private static final Pattern MIPS_MAGIC =
      Pattern.compile(".*mod_unload.*(?:MIPS|LOONGSON)\\w* (32|64)BIT.*");

  /** {@code jr ra}, which almost all functions of MIPS end with. */
  private static final byte[] RETURN_BIG = {0x03, (byte) 0xe0, 0, 0x08};

  private static final byte[] RETURN_LITTLE = {0x08, 0, (byte) 0xe0, 0x03};

  private final byte[] file;
  private String banner = "";
  private Optional<Configuration> configuration = Optional.empty();
  private int tries;
  private final Map<String, Integer> folders = new TreeMap<>();
  private String magic = "";

  private KernelImage(byte[] file) {
    this.file = file;
    LITERALS.scan(file, this::found);
  }

  /**
   * Whether a file may be a kernel at all: {@link #read} need not be asked otherwise.
   *
   * @param elf its layout if it is an ELF file
   */
  public static boolean mayBe(byte[] file, Optional<ElfLayout> elf) {
    // A program or library is linked for a loader; a kernel is not.
    return file.length >= SMALLEST
        && elf.map(layout -> layout.dynamicSymbols().isEmpty()).orElse(true)
        && !isText(file);
  }

  /** Logs quote banners. */
  private static boolean isText(byte[] file) {
    for (int i = 0; i < 4096; i++) {
      if (file[i] == 0 || file[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads a file; empty if it is no kernel, or one that is compressed. */
  public static Optional<KernelFinding> read(byte[] file, Optional<ElfLayout> elf) {
    if (!mayBe(file, elf)) {
      return Optional.empty();
    }
    KernelImage image = new KernelImage(file);
    return image.banner.isEmpty() ? Optional.empty() : Optional.of(image.finding(elf));
  }

  private void found(int literal, int from) {
    switch (literal) {
      case BANNERS -> {
        String text = Printable.around(file, from, MOST_BANNER);
        if (banner.isEmpty() && BANNER.matcher(text).matches()) {
          banner = text;
        }
      }
      case CONFIGURATIONS -> {
        if (configuration.isEmpty() && tries < MOST_TRIES) {
          tries++;
          configuration = configuration(from + WORDS.get(CONFIGURATIONS).length());
        }
      }
      case FOLDERS -> {
        Matcher folder = FOLDER.matcher(Printable.around(file, from, 80));
        if (folder.find()) {
          folders.merge(folder.group(1), 1, Integer::sum);
        }
      }
      case MAGICS -> {
        String text = Printable.around(file, from, 120);
        if (magic.isEmpty() && !text.contains("%")) {
          magic = text;
        }
      }
      default -> throw new IllegalStateException("literal " + literal);
    }
  }

  private Optional<Configuration> configuration(int from) {
    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(file, from, file.length - from))) {
      return Configuration.read(new String(in.readNBytes(MOST_CONFIGURATION), ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty(); // damaged, or not what it seemed to be: its strings are left
    }
  }

  private KernelFinding finding(Optional<ElfLayout> elf) {
    Matcher parts = BANNER.matcher(banner);
    if (!parts.matches()) {
      throw new IllegalStateException(banner);
    }
    String version = parts.group(1);
    Matcher built = BUILT.matcher(parts.group(3));
    ToldStrings strings = ToldStrings.of(file);
    Map<String, Told> options = new HashMap<>();
    if (configuration.isPresent()) {
      options.putAll(told(configuration.get(), "ikconfig"));
    } else {
      options.putAll(strings.options(version));
      options.put("CONFIG_SMP", new Told(parts.group(3).contains(" SMP ") ? "y" : "n", "banner"));
    }
    return new KernelFinding(
        version,
        banner.substring("Linux version ".length()),
        built.find() ? built.group() : "",
        architecture(elf),
        configuration.isPresent(),
        options,
        strings.marks());
  }

  /** What a configuration says of the options that a rule asks for. */
  public static Map<String, Told> told(Configuration configuration, String how) {
    Map<String, Told> told = new HashMap<>();
    TreeSet<String> asked = new TreeSet<>(Hardening.wanted().keySet());
    asked.addAll(Protections.OPTIONS);
    for (String option : asked) {
      String value = configuration.options().get(option);
      told.put(option, value == null ? new Told("n", how + ", not set") : new Told(value, how));
    }
    return told;
  }

  private String architecture(Optional<ElfLayout> elf) {
    if (elf.isPresent() && elf.get().architecture() != Architecture.OTHER) {
      return elf.get().architecture().label();
    }
    if (configuration.isPresent() && !configuration.get().architecture().isEmpty()) {
      return label(configuration.get().architecture(), configuration.get());
    }
    Matcher mips = MIPS_MAGIC.matcher(magic);
    if (ARM64_MAGIC.matcher(magic).matches()) {
      return Architecture.AARCH64.label();
    } else if (ARM_MAGIC.matcher(magic).matches()) {
      return Architecture.ARM.label();
    } else if (mips.matches()) {
      return ordered(Architecture.MIPS.label() + (mips.group(1).equals("64") ? "64" : ""));
    }
    return folders.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(folder -> ordered(label(folder.getKey(), new Configuration("", "", Map.of()))))
        .orElse("");
  }

  /** Neither banner, folders nor magic tell the order of a MIPS's bytes; its code does. */
  private String ordered(String label) {
    return label.startsWith("mips") && returns(RETURN_LITTLE) > returns(RETURN_BIG)
        ? label + "el"
        : label;
  }

  private int returns(byte[] instruction) {
    int count = 0;
    for (int at = 0; at + 4 <= file.length; at += 4) {
      if (Arrays.equals(file, at, at + 4, instruction, 0, 4)) {
        count++;
      }
    }
    return count;
  }

  /** The house's word for one of the kernel's. The order of bytes is told where it can be. */
  static String label(String word, Configuration options) {
    boolean little = options.value("CONFIG_CPU_LITTLE_ENDIAN").equals("y");
    boolean big = options.value("CONFIG_CPU_BIG_ENDIAN").equals("y");
    boolean wide = options.value("CONFIG_64BIT").equals("y");
    return switch (word) {
      case "arm" -> big ? Architecture.ARM_BIG_ENDIAN.label() : Architecture.ARM.label();
      case "arm64" -> big ? Architecture.AARCH64_BIG_ENDIAN.label() : Architecture.AARCH64.label();
      case "mips" -> "mips" + (wide ? "64" : "") + (little ? "el" : "");
      case "x86", "i386" -> wide ? Architecture.X86_64.label() : Architecture.X86.label();
      case "x86_64" -> Architecture.X86_64.label();
      case "powerpc", "ppc" -> "powerpc" + (wide ? "64" : "");
      default -> word;
    };
  }
}
