package org.malassay.firmware.unpack;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.unpack.DamagedException.Bound;

/** Where the reader of one part puts what it finds. */
final class Output {
  private static final byte[] NONE = {};

  /** How much may be decompressed before it is taken. */
  private static final long MOST_WAITING = 16L << 20;

  private static final int MOST_ENTRIES_WAITING = 512;

  /** How many reasons are told of one part. */
  private static final int MOST_REASONS = 4;

  /**
   * How deep folders may lie, those around a file system that lies in a file included: each is read
   * by a call within the one of the folder around it, and no firmware has a tenth of that.
   */
  static final int MOST_FOLDERS = 256;

  private final Carver carver;
  private final Reading reading;
  private final Place place;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final List<Part> unread = new ArrayList<>();
  private boolean programs;
  private long waitingBytes;
  private long entries;
  private long size = -1;
  private String detail = "";
  private final List<String> reasons = new ArrayList<>();

  /**
   * Where a part is.
   *
   * @param within as in {@code Part}
   * @param inside the path of what lies in it
   * @param depth how many formats lie around it, itself included
   */
  record Place(int part, String within, long at, String inside, int depth) {}

  /**
   * What all kinds of entries have.
   *
   * @param mode as in Linux; only its low 12 bits are kept
   */
  record Meta(long mode, long owner) {
    static final Meta NONE = new Meta(0, 0);
  }

  /** How the bytes of a file are made; at another time and in another thread, if asked. */
  interface Content {
    byte[] bytes() throws DamagedException;
  }

  private record Waiting(Entry entry, FutureTask<byte[]> content) {}

  Output(Carver carver, Reading reading, Place place) {
    this.carver = carver;
    this.reading = reading;
    this.place = place;
  }

  /** Where the part is in what holds it. */
  long at() {
    return place.at();
  }

  Budget budget() {
    return reading.budget();
  }

  Bounds bounds() {
    return reading.bounds();
  }

  /** How long the part is, as far as is known: told again when more is known. */
  void size(long bytes) {
    size = bytes;
  }

  /** What is to be said of it. */
  void detail(String words) {
    detail = words;
  }

  /**
   * Whether a folder lies too deep to be read. To be asked before each.
   *
   * @param depth in its file system, whose root has 0
   */
  boolean isTooDeep(int depth) {
    return reading.folders(place.depth(), depth) > MOST_FOLDERS;
  }

  /** Something of it is missing, and the reading goes on. */
  void cut(String why) {
    if (reasons.size() < MOST_REASONS && !reasons.contains(why)) {
      reasons.add(why);
    }
  }

  long size() {
    return size;
  }

  long entries() {
    return entries;
  }

  boolean isCut() {
    return !reasons.isEmpty();
  }

  String detail() {
    List<String> all = new ArrayList<>(reasons);
    if (!detail.isEmpty()) {
      all.add(0, detail);
    }
    return String.join("; ", all);
  }

  /**
   * @param path empty for the root, which is no entry
   */
  void folder(String path, Meta meta) throws DamagedException {
    if (!path.isEmpty()) {
      ready(path, Kind.FOLDER, meta, "", 0);
    }
  }

  void link(String path, Meta meta, byte[] target) throws DamagedException {
    ready(path, Kind.LINK, meta, Names.text(target), target.length);
  }

  void device(String path, Meta meta) throws DamagedException {
    ready(path, Kind.DEVICE, meta, "", 0);
  }

  /** A pipe, a socket, and what is none of the others. */
  void other(String path, Meta meta) throws DamagedException {
    ready(path, Kind.OTHER, meta, "", 0);
  }

  /** What is told by the type in a mode of Linux, but for folders, files and links. */
  void special(String path, Meta meta) throws DamagedException {
    long type = meta.mode() & 0170000;
    if (type == 0060000 || type == 0020000) {
      device(path, meta);
    } else {
      other(path, meta);
    }
  }

  private void ready(String path, Kind kind, Meta meta, String target, long bytes)
      throws DamagedException {
    waiting.add(new Waiting(entry(path, kind, meta, target, bytes, NONE), done(NONE)));
    deliver(false);
  }

  private static FutureTask<byte[]> done(byte[] bytes) {
    FutureTask<byte[]> done = new FutureTask<>(() -> bytes);
    done.run();
    return done;
  }

  private Entry entry(
      String path, Kind kind, Meta meta, String target, long bytes, byte[] content) {
    return new Entry(
        place.part(),
        path.isEmpty() ? "/" : path,
        kind,
        (int) (meta.mode() & 07777),
        meta.owner(),
        target,
        bytes,
        content);
  }

  /** A file whose content is made at once. */
  void file(String path, Meta meta, long bytes, Content content) throws DamagedException {
    file(path, meta, bytes, content, false);
  }

  /** A file whose content may be made in another thread, which has to be able to. */
  void fileBeside(String path, Meta meta, long bytes, Content content) throws DamagedException {
    file(path, meta, bytes, content, true);
  }

  private void file(String path, Meta meta, long bytes, Content content, boolean beside)
      throws DamagedException {
    budget().time();
    FutureTask<byte[]> task =
        bytes < 0 || bytes > bounds().fileArray()
            ? new FutureTask<>(
                () -> {
                  throw new DamagedException(
                      bytes < 0
                          ? "its size is 2^63 bytes or more"
                          : "a file of %d bytes is longer than %d"
                              .formatted(bytes, bounds().fileBytes()));
                })
            : new FutureTask<>(content::bytes);
    long said = Math.max(0, bytes);
    if (beside) {
      reading.work(task);
    } else {
      task.run();
    }
    waitingBytes += said;
    waiting.add(new Waiting(entry(path, Kind.FILE, meta, "", said, NONE), task));
    deliver(false);
  }

  /** Hands over what waits: all, or what is done or too much. */
  void deliver(boolean all) throws DamagedException {
    while (!waiting.isEmpty()
        && (all
            || waiting.getFirst().content().isDone()
            || waitingBytes > MOST_WAITING
            || waiting.size() > MOST_ENTRIES_WAITING)) {
      Waiting first = waiting.removeFirst();
      waitingBytes -= first.entry().kind() == Kind.FILE ? first.entry().size() : 0;
      deliver(first);
    }
  }

  /** Nothing of what waits is wanted any more. */
  void abandon() {
    waiting.forEach(it -> it.content().cancel(false));
    waiting.clear();
  }

  private void deliver(Waiting next) throws DamagedException {
    Entry entry = next.entry();
    if (entry.kind() != Kind.FILE) {
      out(entry);
      return;
    }
    Meta meta = new Meta(entry.mode(), entry.owner());
    byte[] content;
    try {
      content = next.content().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Bound bound) {
        throw bound;
      }
      if (e.getCause() instanceof DamagedException damage) {
        cut("%s: %s".formatted(entry.path(), damage.getMessage()));
        out(entry(entry.path(), Kind.CUT_FILE, meta, "", entry.size(), NONE));
        return;
      }
      throw new IllegalStateException(e.getCause()); // a mistake of a reader's
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Bound("the reading was interrupted");
    }
    out(entry(entry.path(), Kind.FILE, meta, "", content.length, content));
    Source file = Source.of(content);
    programs |= file.startsWith(0, "\177ELF");
    String within = place.inside() + "!" + entry.path();
    if (!carver.file(file, within, place.depth() + 1)) {
      unread.addAll(carver.unread(file, within));
    }
  }

  /** The parts of files in it that nobody understands, unless it is a tree of files. */
  List<Part> unread() {
    return programs && entries >= Part.FEWEST_ENTRIES_OF_A_TREE ? List.of() : unread;
  }

  private void out(Entry entry) throws DamagedException {
    reading.entry(entry);
    entries++;
  }

  /** What lies in a container as it is, from a place in it on. */
  void inside(Source payload, long at) throws DamagedException {
    deliver(true);
    carver.container(payload, at, place.inside(), place.depth() + 1);
  }

  /** What a container holds by a name, in an order or a size of its own. */
  void inside(Source payload, String name) throws DamagedException {
    deliver(true);
    carver.container(payload, 0, place.inside() + "!" + Names.path(name), place.depth() + 1);
  }

  /**
   * What was decompressed.
   *
   * @param name of the file, if that is known; else empty
   */
  void content(byte[] bytes, String name) throws DamagedException {
    deliver(true);
    budget().bytes(bytes.length);
    Source content = Source.of(bytes);
    if (carver.beginsFormat(content)) {
      carver.container(content, 0, place.inside(), place.depth() + 1);
    } else if (Banner.find(content, 0, content.size(), budget()) >= 0) {
      whole("/(kernel at 0x%x)".formatted(place.at()), bytes);
      carver.kernel(content, place.inside(), place.depth() + 1);
    } else {
      boolean holds = carver.file(content, place.inside(), place.depth() + 1);
      if (!holds || content.startsWith(0, "\177ELF")) { // a program is a file whatever it holds
        whole(
            name.isEmpty() ? "/(content at 0x%x)".formatted(place.at()) : Names.path(name), bytes);
      }
      if (!holds) {
        unread.addAll(carver.unread(content, place.inside()));
      }
    }
  }

  /** A stretch that is a file by itself; longer than the bound for one it is cut. */
  void whole(String path, byte[] bytes) throws DamagedException {
    if (bytes.length <= bounds().fileArray()) {
      out(entry(path, Kind.FILE, Meta.NONE, "", bytes.length, bytes));
    } else {
      cut(
          "%s: a file of %d bytes is longer than %d"
              .formatted(path, bytes.length, bounds().fileBytes()));
      out(entry(path, Kind.CUT_FILE, Meta.NONE, "", bytes.length, NONE));
    }
  }
}
