package org.malassay.firmware.judge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.elf.ElfLayout;
import org.malassay.features.Tlsh;
import org.malassay.firmware.Component;
import org.malassay.firmware.Entry;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.firmware.application.ComponentRules;
import org.malassay.firmware.application.Hint;
import org.malassay.firmware.kernel.KernelFinding;
import org.malassay.firmware.kernel.KernelImage;
import org.malassay.firmware.kernel.Kernels;
import org.malassay.firmware.kernel.ModuleFinding;
import org.malassay.firmware.program.ElfFinding;
import org.malassay.firmware.program.ElfProgram;
import org.malassay.firmware.program.Functions;
import org.malassay.firmware.system.SystemFacts;
import org.malassay.sample.Digest;

/**
 * Collects the entries of one image and makes its facts of them. Contents are hostile: none is an
 * error. For one thread at a time; the cache may be shared.
 */
public final class ImageJudge {
  /**
   * Changes whenever a rule or what reads files does: findings that another version made are not to
   * be used.
   */
  public static final String VERSION = "3";

  /** The largest file that a TLSH is made of. */
  private static final int MOST_FOR_TLSH = 16 << 20;

  /** A smaller file that is not ELF is neither a kernel nor a boot loader. */
  private static final int SMALLEST_BINARY = 16 * 1024;

  private static final int MOST_TEXT = 4 << 20;
  private static final int TEXT_WINDOW = 512;

  private record FoundKernel(int part, String path, KernelFinding finding) {}

  private record FoundProgram(int part, Program program) {
    Program in(List<Part> parts) {
      return isCut(part, program.path(), parts)
          ? program.with(program.mitigations().ofBeginning())
          : program;
    }
  }

  /**
   * Whether a file is only the beginning of itself: what was decompressed up to damage, and has no
   * name of its own or is alone.
   */
  private static boolean isCut(int number, String path, List<Part> parts) {
    if (number >= parts.size()) {
      return false;
    }
    Part part = parts.get(number);
    return part.state() == Part.State.CUT
        && (path.startsWith("/(") || (part.entries() == 1 && !part.holdsFileSystem()));
  }

  private final FileCache cache;
  private final ComponentRules rules = ComponentRules.own();
  private final SystemFacts system = new SystemFacts();
  private final Kernels kernels = new Kernels();
  private final List<FoundKernel> foundKernels = new ArrayList<>();
  private final Set<Long> files = new HashSet<>();

  /** By path and content: two banks of a device, or two file systems, may have both. */
  private final Map<String, Map<String, FoundProgram>> programs = new TreeMap<>();

  private final Set<Component> components = new LinkedHashSet<>();

  /**
   * For one image.
   *
   * @param cache asked before a content is read, and told afterwards
   */
  public ImageJudge(FileCache cache) {
    this.cache = cache;
  }

  /** Takes one entry in. */
  public void accept(Entry entry) {
    switch (entry.kind()) {
      case FILE -> {
        count(entry.path());
        file(entry.part(), entry.path(), entry.content());
      }
      case CUT_FILE -> count(entry.path());
      case LINK -> {
        if (SystemFacts.isWanted(entry.path())) {
          system.link(entry.path(), entry.target());
        }
      }
      case FOLDER, DEVICE, OTHER -> {
        // says nothing
      }
    }
  }

  /** By the first 8 bytes of a digest: paths of 300,000 files may take a gigabyte. */
  private void count(String path) {
    files.add(Long.parseUnsignedLong(Digest.sha256(path.getBytes(UTF_8)).substring(0, 16), 16));
  }

  private void file(int part, String path, byte[] content) {
    if (SystemFacts.isWanted(path)) {
      system.file(path, text(content, UTF_8));
    }
    if (Kernels.isText(path)) {
      kernels.text(path, text(content, ISO_8859_1));
    }
    boolean elf = isElf(content);
    if (!elf && (content.length < SMALLEST_BINARY || isText(content))) {
      return;
    }
    String sha256 = Digest.sha256(content);
    Optional<FileFinding> kept = cache.get(sha256);
    FileFinding finding = kept.orElseGet(() -> find(content));
    if (kept.isEmpty()) {
      cache.put(sha256, finding);
    }
    found(part, path, sha256, content.length, finding);
  }

  private static String text(byte[] content, Charset charset) {
    return new String(content, 0, Math.min(MOST_TEXT, content.length), charset);
  }

  private static boolean isElf(byte[] content) {
    return content.length >= 4
        && content[0] == 0x7f
        && content[1] == 'E'
        && content[2] == 'L'
        && content[3] == 'F';
  }

  private static boolean isText(byte[] content) {
    for (int i = 0; i < TEXT_WINDOW; i++) {
      if (content[i] == 0) {
        return false;
      }
    }
    return true;
  }

  /** What a content says: the same for the same bytes. */
  static FileFinding find(byte[] content) {
    Optional<ElfLayout> layout = ElfLayout.read(content);
    Optional<ElfFinding> elf = layout.isPresent() ? ElfProgram.read(content) : Optional.empty();
    Optional<KernelFinding> kernel = KernelImage.read(content, layout);
    Optional<ModuleFinding> module = layout.flatMap(found -> ModuleFinding.read(content, found));
    boolean linked =
        elf.filter(it -> it.kind().equals("program") || it.kind().equals("library")).isPresent();
    List<Hint> hints =
        kernel.isEmpty() && (linked || layout.isEmpty())
            ? ComponentRules.own().hints(content)
            : List.of();
    return new FileFinding(
        elf.map(
            it ->
                kernel.isPresent()
                    ? new ElfFinding(it.architecture(), "kernel", it.mitigations())
                    : it),
        layout.isPresent() && content.length <= MOST_FOR_TLSH ? Tlsh.of(content).orElse("") : "",
        hints,
        kernel,
        module,
        linked && !hints.isEmpty() ? Functions.of(content, layout.orElseThrow()) : Map.of());
  }

  private void found(int part, String path, String sha256, long size, FileFinding finding) {
    finding.kernel().ifPresent(kernel -> foundKernels.add(new FoundKernel(part, path, kernel)));
    finding.module().ifPresent(module -> kernels.module(path, module));
    List<Component> known =
        finding.elf().isPresent() || !finding.hints().isEmpty()
            ? rules.components(path, finding.hints())
            : List.of();
    components.addAll(known);
    finding
        .elf()
        .ifPresent(
            elf ->
                programs
                    .computeIfAbsent(path, any -> new LinkedHashMap<>())
                    .putIfAbsent(
                        sha256,
                        new FoundProgram(
                            part,
                            new Program(
                                path,
                                sha256,
                                size,
                                finding.tlsh(),
                                elf.architecture(),
                                elf.kind(),
                                elf.mitigations(),
                                known.stream().findFirst()))));
  }

  /**
   * What is kept of the image, after its last entry.
   *
   * @param sha256 of the image
   * @param size of the image, in bytes
   */
  public ImageFacts facts(FirmwareImage image, String sha256, long size, List<Part> parts) {
    // Of a kernel that is there twice, the one that is all there counts.
    for (boolean cut : new boolean[] {false, true}) {
      for (FoundKernel kernel : foundKernels) {
        if (isCut(kernel.part(), kernel.path(), parts) == cut) {
          kernels.kernel(kernel.path(), cut ? kernel.finding().ofBeginning() : kernel.finding());
        }
      }
    }
    system.settings().forEach(kernels::setting);
    List<Kernel> found = kernels.kernels();
    List<Component> all = new ArrayList<>(components);
    all.addAll(system.packages());
    found.stream()
        .filter(kernel -> !kernel.version().isEmpty())
        .map(kernel -> new Component("linux", kernel.version(), "", kernel.how()))
        .forEach(all::add);
    return new ImageFacts(
        image,
        sha256,
        size,
        parts,
        files.size(),
        programs.values().stream()
            .flatMap(it -> it.values().stream())
            .map(it -> it.in(parts))
            .toList(),
        all,
        found,
        system.starts(),
        system.accounts());
  }
}
