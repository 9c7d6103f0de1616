package org.malassay.firmware.unpack;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;
import org.malassay.firmware.unpack.DamagedException.Bound;
import org.malassay.firmware.unpack.DamagedException.Chance;
import org.malassay.firmware.unpack.DamagedException.Unsupported;

/** Finds what lies in some bytes, one part after the other, and has each read. */
final class Carver {
  private static final int WINDOW = 1 << 16;

  /** Files that are shorter are looked at from their beginning alone. */
  private static final int FOR_A_SCAN = 1 << 16;

  /** What is shorter cannot be told to be encrypted, and is seldom an image. */
  private static final int SMALLEST_IMAGE = 16 * 1024;

  /** What is looked at to tell a text. */
  private static final int TEXT_WINDOW = 4096;

  private static final int ESCAPE = 27;

  /** How documents begin that vendors pack beside their images. */
  private static final List<String> DOCUMENTS =
      List.of("%PDF", "\211PNG", "\377\330\377", "GIF8", "{\\rtf", "\320\317\021\340");

  private final Reading reading;

  /** How many file systems and kernels lie around what is read now. */
  private int trees;

  Carver(Reading reading) {
    this.reading = reading;
  }

  private record Candidate(Format format, Magic magic) {}

  /** By the first byte of their magic. */
  private static final List<List<Candidate>> BY_FIRST = byFirst();

  private static final int LONGEST =
      Formats.ALL.stream()
          .flatMap(it -> it.magics().stream())
          .mapToInt(it -> it.bytes().length)
          .max()
          .orElse(1);

  private static List<List<Candidate>> byFirst() {
    Map<Byte, List<Candidate>> all =
        Formats.ALL.stream()
            .flatMap(it -> it.magics().stream().map(magic -> new Candidate(it, magic)))
            .collect(groupingBy(it -> it.magic().first()));
    return Stream.iterate(0, it -> it + 1)
        .limit(256)
        .map(it -> all.getOrDefault((byte) (int) it, List.of()))
        .toList();
  }

  /** What is said of the stretches that no format was recognised in. */
  private enum Gaps {
    /** They are parts. */
    PARTS,
    /** They are parts if there is any other. */
    PARTS_BESIDE_OTHERS,
    /** They belong to what is known already. */
    KNOWN
  }

  /** A part that was found, with what a kernel's stretch may go on over. */
  private record Found(long start, long end, int part, boolean mayBeOfKernel) {}

  /** The image itself. */
  void image(Source image) {
    try {
      carve(image, 0, "", 1, Gaps.PARTS);
    } catch (DamagedException e) {
      // A bound: each part that it cut says so, and what comes after has a part of its own.
    }
  }

  /** What a container holds: all of it is covered by parts. */
  void container(Source in, long base, String within, int depth) throws DamagedException {
    carve(in, base, within, depth, Gaps.PARTS);
  }

  /** A kernel, decompressed: what is embedded in it. */
  void kernel(Source in, String within, int depth) throws DamagedException {
    embedded(in, within, depth);
  }

  private boolean embedded(Source in, String within, int depth) throws DamagedException {
    trees++;
    try {
      return carve(in, 0, within, depth, Gaps.KNOWN);
    } finally {
      trees--;
    }
  }

  /**
   * A file: whether it holds anything. Programs are not looked into, unless they are kernels, or
   * unpack one: what looks like a format in them is a program that knows that format.
   */
  boolean file(Source in, String within, int depth) throws DamagedException {
    if (in.startsWith(0, "\177ELF")) {
      return (beginsInKernelSpace(in) || Banner.find(in, 0, in.size(), reading.budget()) >= 0)
          && embedded(in, within, depth);
    }
    return (in.size() >= FOR_A_SCAN || beginsFormat(in))
        && carve(in, 0, within, depth, Gaps.PARTS_BESIDE_OTHERS);
  }

  /**
   * Whether an ELF file begins where no program does: above 2 GiB, or in the upper half of 64 bits.
   * So does Linux's {@code vmlinuz} for MIPS, whose kernel is compressed in it.
   */
  private static boolean beginsInKernelSpace(Source in) {
    try {
      Fields f = in.u8(5) == 2 ? in.be() : in.le();
      return in.u8(4) == 2 ? f.u64(24) < 0 : f.u32(24) >= 0x8000_0000L;
    } catch (DamagedException e) {
      return false; // it has no entry
    }
  }

  /**
   * The parts of a file that holds nothing: those of an image that nobody understands, which its
   * wrapper must not hide. Of a file in a file system there are none, nor of programs, kernels,
   * texts and documents.
   */
  List<Part> unread(Source in, String within) throws DamagedException {
    if (trees > 0
        || in.size() < SMALLEST_IMAGE
        || in.startsWith(0, "\177ELF")
        || DOCUMENTS.stream().anyMatch(it -> in.startsWith(0, it))
        || isText(in)
        || Banner.find(in, 0, in.size(), reading.budget()) >= 0) {
      return List.of();
    }
    return Unread.runs(in, 0, in.size(), reading.budget()).stream()
        .map(run -> part(run, 0, within))
        .toList();
  }

  private static boolean isText(Source in) {
    byte[] begin = new byte[TEXT_WINDOW];
    in.copy(0, begin, 0, begin.length);
    for (byte one : begin) {
      boolean space = (one >= '\t' && one <= '\r') || one == ESCAPE;
      if (one >= 0 && one < ' ' && !space) {
        return false;
      }
    }
    return true;
  }

  private static Part part(Unread.Run run, long base, String within) {
    return new Part(within, base + run.from(), run.size(), "unknown", run.state(), run.detail(), 0);
  }

  /** Whether a format begins at the very beginning. */
  boolean beginsFormat(Source in) {
    return Formats.ALL.stream()
        .anyMatch(
            format ->
                format.magics().stream()
                    .anyMatch(it -> in.startsWith(it.at(), it.bytes()) && fits(format, in, 0)));
  }

  private static boolean fits(Format format, Source in, long start) {
    try {
      return format.fits(in.from(start));
    } catch (DamagedException e) {
      return false;
    }
  }

  private boolean carve(Source in, long base, String within, int depth, Gaps gaps)
      throws DamagedException {
    List<Found> found = new ArrayList<>();
    long covered = 0;
    long at = 0;
    byte[] window = new byte[(int) Math.min(WINDOW + LONGEST, in.size())];
    DamagedException bound = null;
    try {
      while (at < in.size()) {
        reading.budget().time();
        int length = (int) Math.min(window.length, in.size() - at);
        in.copy(at, window, 0, length);
        int end = Math.min(length, WINDOW);
        long next = at + end;
        for (int i = 0; i < end; i++) {
          List<Candidate> candidates = BY_FIRST.get(window[i] & 0xff);
          if (candidates.isEmpty()) {
            continue;
          }
          Optional<Found> part =
              part(candidates, in, at + i, covered, window, i, length, base, within, depth);
          if (part.isPresent()) {
            if (gaps == Gaps.PARTS || gaps == Gaps.PARTS_BESIDE_OTHERS) {
              found.addAll(gap(in, covered, part.get().start(), base, within));
            }
            found.add(part.get());
            covered = part.get().end();
            next = covered;
            break;
          }
        }
        at = next;
      }
    } catch (Bound e) {
      bound = e;
    }
    boolean any = !found.isEmpty();
    if (bound != null) {
      if (gaps != Gaps.KNOWN) {
        rest(in, found, base, within, String.valueOf(bound.getMessage()));
      }
      throw bound;
    }
    if (gaps == Gaps.PARTS || (any && gaps == Gaps.PARTS_BESIDE_OTHERS)) {
      found.addAll(gap(in, covered, in.size(), base, within));
      kernels(in, found, base);
    }
    return any;
  }

  /** What was not looked at when a bound was reached. */
  private void rest(Source in, List<Found> found, long base, String within, String why) {
    long covered = found.isEmpty() ? 0 : found.get(found.size() - 1).end();
    // The part that reached the bound has told its place by itself.
    for (Part part : reading.parts()) {
      if (part.within().equals(within) && part.at() >= base) {
        covered = Math.max(covered, part.at() - base + part.size());
      }
    }
    if (covered < in.size()) {
      reading.begin(
          new Part(
              within,
              base + covered,
              in.size() - covered,
              "unknown",
              State.CUT,
              "not read: " + why,
              0));
    }
  }

  private Optional<Found> part(
      List<Candidate> candidates,
      Source in,
      long at,
      long covered,
      byte[] window,
      int i,
      int length,
      long base,
      String within,
      int depth)
      throws DamagedException {
    for (Candidate candidate : candidates) {
      byte[] magic = candidate.magic().bytes();
      long start = at - candidate.magic().at();
      if (start >= covered
          && (start == 0 || candidate.format().anywhere())
          && i + magic.length <= length
          && java.util.Arrays.equals(window, i, i + magic.length, magic, 0, magic.length)
          && fits(candidate.format(), in, start)) {
        Optional<Found> part = read(candidate, in, start, base, within, depth);
        if (part.isPresent()) {
          return part;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Found> read(
      Candidate candidate, Source in, long start, long base, String within, int depth)
      throws DamagedException {
    Format format = candidate.format();
    long there = in.size() - start;
    long at = base + start;
    Part begun = new Part(within, at, there, format.name(), State.CUT, "being read", 0);
    reading.budget().kept();
    int part = reading.begin(begun);
    Output out =
        new Output(this, reading, new Output.Place(part, within, at, begun.inside(), depth));
    trees += begun.holdsFileSystem() ? 1 : 0;
    State state = State.READ;
    DamagedException end = null;
    try {
      if (depth > reading.bounds().depth()) {
        out.cut(
            "lies deeper than %d formats within each other".formatted(reading.bounds().depth()));
      } else {
        format.read(in.from(start), out);
        out.deliver(true);
      }
    } catch (DamagedException e) {
      end = e;
    }
    try {
      if (end != null && !(end instanceof Bound)) {
        out.deliver(true);
      }
    } catch (DamagedException e) {
      end = e;
    }
    trees -= begun.holdsFileSystem() ? 1 : 0;
    out.abandon();
    boolean empty = out.entries() == 0 && reading.count() == part + 1;
    if (end instanceof Chance && empty) {
      reading.takeBack(part);
      return Optional.empty();
    }
    boolean longer = out.size() > there;
    if (longer) {
      out.cut("has %d bytes, of which %d are there".formatted(out.size(), there));
    }
    if (end != null) {
      out.cut(String.valueOf(end.getMessage()));
      state =
          end instanceof Unsupported
              ? State.UNSUPPORTED
              : end instanceof Bound || !empty || longer ? State.CUT : State.REFUSED;
    } else if (out.isCut()) {
      state = State.CUT;
    }
    // A header that nothing came out of must not hide what lies behind it.
    long size =
        state == State.REFUSED
            ? candidate.magic().at() + (long) candidate.magic().bytes().length
            : out.size() < 0 ? there : Math.max(1, out.size());
    size = Math.min(size, there);
    reading.end(
        part, new Part(within, at, size, format.name(), state, out.detail(), out.entries()));
    out.unread().forEach(reading::begin);
    if (end instanceof Bound) {
      throw end;
    }
    return Optional.of(new Found(start, start + size, part, Formats.mayBeInKernel(format)));
  }

  private List<Found> gap(Source in, long from, long to, long base, String within) {
    List<Found> found = new ArrayList<>();
    for (Unread.Run run : Unread.runs(in, from, to, reading.budget())) {
      int part = reading.begin(part(run, base, within));
      found.add(new Found(run.from(), run.from() + run.size(), part, run.mayBeOfKernel()));
    }
    return found;
  }

  /**
   * A kernel that lies there as it is, in an unrecognised stretch that holds a banner. It goes on
   * over what is embedded in it, such as its configuration.
   */
  private void kernels(Source in, List<Found> found, long base) throws DamagedException {
    for (int i = 0; i < found.size(); i++) {
      Found first = found.get(i);
      if (reading.part(first.part()).state() == State.UNKNOWN
          && Banner.find(in, first.start(), first.end(), reading.budget()) >= 0) {
        int last = i;
        while (last + 1 < found.size() && found.get(last + 1).mayBeOfKernel()) {
          last++;
        }
        kernel(in, first, found.get(last).end(), base);
        i = last;
      }
    }
  }

  private void kernel(Source in, Found first, long end, long base) throws DamagedException {
    Part part = reading.part(first.part());
    long size = end - first.start();
    boolean cut = size > reading.bounds().fileArray();
    reading.entry(
        new Entry(
            first.part(),
            "/(kernel at 0x%x)".formatted(base + first.start()),
            cut ? Entry.Kind.CUT_FILE : Entry.Kind.FILE,
            0,
            0,
            "",
            size,
            cut ? new byte[0] : in.bytes(first.start(), size)));
    reading.end(
        first.part(),
        new Part(
            part.within(),
            part.at(),
            part.size(),
            "kernel",
            cut ? State.CUT : State.READ,
            cut
                ? "a kernel of %d bytes is longer than %d"
                    .formatted(size, reading.bounds().fileBytes())
                : "a kernel as it is",
            1));
  }
}
