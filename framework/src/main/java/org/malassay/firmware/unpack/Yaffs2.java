package org.malassay.firmware.unpack;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * YAFFS2 as its images hold it, of both byte orders ({@code yaffs_guts.h}, {@code
 * yaffs_packedtags2.h} of Yaffs): chunks of a page of flash, each followed by its spare bytes,
 * which say what of which object it holds. The size of a page is told by where headers are.
 */
final class Yaffs2 implements Format {
  private static final int FILE = 1;
  private static final int LINK = 2;
  private static final int FOLDER = 3;
  private static final int HARD_LINK = 4;
  private static final int SPECIAL = 5;

  private static final int ROOT = 1;
  private static final int UNLINKED = 3;
  private static final int DELETED = 4;
  private static final int HEADER = 512;
  private static final long EXTRA = 0x80000000L;
  private static final long OBJECT_MASK = 0x0fffffffL;

  private static final int[][] PAGES = {
    {2048, 64}, {4096, 128}, {512, 16}, {1024, 32}, {8192, 256}
  };

  @Override
  public String name() {
    return "yaffs2";
  }

  /** The header of a first object, in the root, with the unused checksum of its name. */
  @Override
  public List<Magic> magics() {
    List<Magic> magics = new ArrayList<>();
    for (int type : new int[] {FILE, FOLDER}) {
      magics.add(Magic.of(0, type, 0, 0, 0, ROOT, 0, 0, 0, 0xff, 0xff));
      magics.add(Magic.of(0, 0, 0, 0, type, 0, 0, 0, ROOT, 0xff, 0xff));
    }
    return magics;
  }

  private static ByteOrder order(Source in) throws DamagedException {
    return in.u8(0) != 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return layout(in, order(in)) >= 0;
  }

  /** The index of the page size by which the first chunk has tags of a header; below 0 for none. */
  private static int layout(Source in, ByteOrder order) throws DamagedException {
    for (int i = 0; i < PAGES.length; i++) {
      int page = PAGES[i][0];
      if (in.has(0, page + PAGES[i][1])
          && isHeader(new Tags(in.in(order), page))
          && isRest(in, page)) {
        return i;
      }
    }
    return -1;
  }

  /** What comes after an object's header is erased. */
  private static boolean isRest(Source in, int page) {
    for (int at = HEADER; at < page; at++) {
      if (in.get(at) != (byte) 0xff && in.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHeader(Tags tags) {
    return tags.sequence >= 0x1000
        && tags.sequence < 0xefffff00L
        && tags.object > 0
        && tags.object < OBJECT_MASK
        && (tags.chunk == 0 || (tags.chunk & EXTRA) != 0);
  }

  /** What the spare bytes say. */
  private static final class Tags {
    private final long sequence;
    private final long object;
    private final long chunk;
    private final long length;

    Tags(Fields in, long at) throws DamagedException {
      sequence = in.u32(at);
      chunk = in.u32(at + 8);
      // With extra tags, the type stands in the object's highest bits.
      object = (chunk & EXTRA) != 0 ? in.u32(at + 4) & OBJECT_MASK : in.u32(at + 4);
      length = in.u32(at + 12);
    }
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    ByteOrder order = order(in);
    int[] page = PAGES[layout(in, order)];
    Log log = new Log(in.in(order), page[0], page[1], out);
    log.scan();
    out.detail("pages of %d, %s endian".formatted(page[0], log.in.isBig() ? "big" : "little"));
    log.folder(ROOT, "", 0);
  }

  /** An object whose header was seen last. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Node(
      int type, long parent, byte[] name, Meta meta, long size, long equivalent, byte[] alias) {}

  /** One file system. */
  private static final class Log {
    private final Fields in;
    private final int page;
    private final int spare;
    private final Output out;
    private final Map<Long, Node> nodes = new TreeMap<>();
    private final Map<Long, Map<Long, Long>> chunks = new TreeMap<>();
    private final Map<Long, List<Long>> members = new TreeMap<>();
    private final Set<Long> open = new HashSet<>();

    Log(Fields in, int page, int spare, Output out) {
      this.in = in;
      this.page = page;
      this.spare = spare;
      this.out = out;
    }

    void scan() throws DamagedException {
      long at = 0;
      while (in.source().has(at, page + spare)) {
        out.budget().time();
        Tags tags = new Tags(in, at + page);
        boolean erased = tags.sequence == 0xffffffffL;
        if (!erased && (tags.sequence < 0x1000 || tags.object == 0)) {
          break; // no chunk: the file system has ended
        }
        if (!erased) {
          out.budget().kept();
        }
        if (!erased && isHeader(tags)) {
          nodes.put(tags.object, node(at));
        } else if (!erased && tags.length <= page) {
          chunks.computeIfAbsent(tags.object, it -> new TreeMap<>()).put(tags.chunk, at);
        }
        at += page + spare;
        if (!erased) {
          out.size(at);
        }
      }
      nodes.forEach(
          (number, node) -> {
            if (number != ROOT) {
              members.computeIfAbsent(node.parent(), it -> new ArrayList<>()).add(number);
            }
          });
    }

    private Node node(long at) throws DamagedException {
      long high = in.u32(at + 496);
      long size = in.u32(at + 292);
      return new Node(
          (int) in.u32(at),
          in.u32(at + 4),
          Names.untilZero(in.source().bytes(at + 10, 255)),
          new Meta(in.u32(at + 268), in.u32(at + 272)),
          high == 0xffffffffL || high == 0 ? size : high << 32 | size,
          in.u32(at + 296),
          Names.untilZero(in.source().bytes(at + 300, 159)));
    }

    void folder(long number, String path, int depth) throws DamagedException {
      if (out.isTooDeep(depth) || !open.add(number)) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      Node folder = nodes.get(number);
      out.folder(path, folder == null ? Meta.NONE : folder.meta());
      for (long member : members.getOrDefault(number, List.of())) {
        if (member != UNLINKED && member != DELETED) {
          member(member, path, depth);
        }
      }
      open.remove(number);
    }

    private void member(long number, String folder, int depth) throws DamagedException {
      Node node = nodes.get(number);
      if (node == null) {
        return; // was asked for by its own number, so it is there
      }
      String path = Names.in(folder, node.name());
      switch (node.type()) {
        case FILE -> file(number, node, path);
        case LINK -> out.link(path, node.meta(), node.alias());
        case FOLDER -> folder(number, path, depth + 1);
        case HARD_LINK -> {
          Node other = nodes.get(node.equivalent());
          if (other != null && other.type() == FILE) {
            file(node.equivalent(), other, path);
          } else {
            out.cut("%s: leads to no file".formatted(path));
          }
        }
        case SPECIAL -> out.special(path, node.meta());
        default -> out.cut("%s: an object of type %d".formatted(path, node.type()));
      }
    }

    private void file(long number, Node node, String path) throws DamagedException {
      out.file(path, node.meta(), node.size(), () -> content(number, (int) node.size()));
    }

    private byte[] content(long number, int size) throws DamagedException {
      byte[] content = new byte[size];
      for (Map.Entry<Long, Long> chunk : chunks.getOrDefault(number, Map.of()).entrySet()) {
        out.budget().time();
        long to = (chunk.getKey() - 1) * page;
        if (to >= 0 && to < size) {
          long at = chunk.getValue();
          int n = (int) Math.min(new Tags(in, at + page).length, size - to);
          in.source().copy(at, content, (int) to, n);
        }
      }
      return content;
    }
  }
}
