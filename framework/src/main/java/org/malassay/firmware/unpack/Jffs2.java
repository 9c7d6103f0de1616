package org.malassay.firmware.unpack;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * JFFS2, of both byte orders ({@code include/uapi/linux/jffs2.h} and {@code fs/jffs2/} of Linux): a
 * log of nodes, of which those with the highest versions count.
 */
final class Jffs2 implements Format {
  private static final int MAGIC = 0x1985;
  private static final int NODE = 12;
  private static final int FOLDER_ENTRY = 0xe001;
  private static final int INODE = 0xe002;
  private static final int CLEAN_MARKER = 0x2003;
  private static final int PADDING = 0x2004;
  private static final int SUMMARY = 0x2006;
  private static final int EXTENDED_ATTRIBUTE = 0xe008;
  private static final int EXTENDED_REFERENCE = 0xe009;

  private static final int INODE_HEADER = 68;
  private static final int FOLDER_HEADER = 40;

  /** Erase blocks are no larger; without a node for so long the file system has ended. */
  private static final int MOST_WITHOUT_NODE = 1 << 20;

  private static final int MOST_NODE = 1 << 20;
  private static final int PAGE = 4096;
  private static final int MOST_LINK = 4096;

  @Override
  public String name() {
    return "jffs2";
  }

  @Override
  public List<Magic> magics() {
    List<Magic> magics = new ArrayList<>();
    for (int type : new int[] {FOLDER_ENTRY, INODE, CLEAN_MARKER}) {
      magics.add(Magic.of(0, 0x85, 0x19, type & 0xff, type >> 8));
      magics.add(Magic.of(0, 0x19, 0x85, type >> 8, type & 0xff));
    }
    return magics;
  }

  private static ByteOrder order(Source in) throws DamagedException {
    return in.u8(0) == 0x85 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return isNode(in.in(order(in)), 0);
  }

  private static boolean isNode(Fields in, long at) throws DamagedException {
    if (!in.source().has(at, NODE) || in.u16(at) != MAGIC) {
      return false;
    }
    long length = in.u32(at + 4);
    return length >= NODE && length <= MOST_NODE && crc(in.source(), at, 8) == in.u32(at + 8);
  }

  /** That of Linux, which begins with 0 and is not inverted. */
  private static long crc(Source in, long at, int length) throws DamagedException {
    return Crc.ofLinux(in.bytes(at, length), 0);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields f = in.in(order(in));
    Log log = new Log(f, out);
    log.scan();
    out.detail("%s endian, %d nodes".formatted(f.isBig() ? "big" : "little", log.nodes));
    if (log.names.isEmpty() && log.inodes.isEmpty()) {
      out.detail(out.detail() + ", empty");
      return;
    }
    log.folder(1, "", 0);
    if (!log.codecs.isEmpty()) {
      out.detail(out.detail() + ", " + String.join(", ", log.codecs.values()));
    }
  }

  /** What names a member of a folder last. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Name(long version, long inode, int type, byte[] name) {}

  /** A node of an inode. */
  private record Piece(long version, long at) {}

  /** One file system. */
  private static final class Log {
    private static final int TYPE_FOLDER = 4;

    private final Fields in;
    private final Output out;
    private final Map<Long, Map<String, Name>> names = new HashMap<>();
    private final Map<Long, List<Piece>> inodes = new HashMap<>();
    private final Map<Integer, String> codecs = new TreeMap<>();
    private final java.util.Set<Long> open = new java.util.HashSet<>();
    private long nodes;

    Log(Fields in, Output out) {
      this.in = in;
      this.out = out;
    }

    void scan() throws DamagedException {
      long at = 0;
      long end = 0;
      while (in.source().has(at, NODE) && at - end <= MOST_WITHOUT_NODE) {
        if ((at & 0xffff) == 0) {
          out.budget().time();
        }
        if (!isNode(in, at)) {
          at += 4;
          continue;
        }
        long length = in.u32(at + 4);
        if (!in.source().has(at, length)) {
          out.cut("ends within a node at 0x%x".formatted(at));
          end = in.source().size();
          break;
        }
        nodes++;
        node(at, in.u16(at + 2), length);
        at += (length + 3) / 4 * 4;
        end = Math.min(at, in.source().size());
        out.size(end);
        if (nodes % 256 == 0) {
          out.budget().time();
        }
      }
    }

    private void node(long at, int type, long length) throws DamagedException {
      if (type == FOLDER_ENTRY && length >= FOLDER_HEADER) {
        int nameLength = in.u8(at + 28);
        if (crc(in.source(), at, FOLDER_HEADER - 8) != in.u32(at + 32)
            || nameLength > length - FOLDER_HEADER) {
          out.cut("a damaged name at 0x%x".formatted(at));
          return;
        }
        out.budget().kept();
        byte[] name = in.source().bytes(at + FOLDER_HEADER, nameLength);
        Name entry = new Name(in.u32(at + 16), in.u32(at + 20), in.u8(at + 29), name);
        names
            .computeIfAbsent(in.u32(at + 12), it -> new TreeMap<>())
            .merge(Names.in("", name), entry, (a, b) -> b.version() >= a.version() ? b : a);
      } else if (type == INODE && length >= INODE_HEADER) {
        if (crc(in.source(), at, INODE_HEADER - 8) != in.u32(at + 64)) {
          out.cut("a damaged inode at 0x%x".formatted(at));
          return;
        }
        out.budget().kept();
        inodes
            .computeIfAbsent(in.u32(at + 12), it -> new ArrayList<>())
            .add(new Piece(in.u32(at + 16), at));
      } else if (type != CLEAN_MARKER
          && type != PADDING
          && type != SUMMARY
          && type != EXTENDED_ATTRIBUTE
          && type != EXTENDED_REFERENCE) {
        out.cut("a node of type 0x%04x that is not known here".formatted(type));
      }
    }

    /** The nodes of an inode, in the order in which they were written. */
    private List<Piece> pieces(long inode) {
      List<Piece> pieces = new ArrayList<>(inodes.getOrDefault(inode, List.of()));
      pieces.sort(Comparator.comparingLong(Piece::version));
      return pieces;
    }

    private Meta meta(List<Piece> pieces) throws DamagedException {
      if (pieces.isEmpty()) {
        return Meta.NONE;
      }
      long last = pieces.get(pieces.size() - 1).at();
      return new Meta(in.u32(last + 20), in.u16(last + 24));
    }

    void folder(long inode, String path, int depth) throws DamagedException {
      if (out.isTooDeep(depth) || !open.add(inode)) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      out.folder(path, meta(pieces(inode)));
      for (Name name : names.getOrDefault(inode, Map.of()).values()) {
        if (name.inode() != 0) { // else it was deleted
          String child = Names.in(path, name.name());
          try {
            member(name, child, depth);
          } catch (DamagedException.Bound e) {
            throw e;
          } catch (DamagedException e) {
            out.cut("%s: %s".formatted(child, e.getMessage()));
          }
        }
      }
      open.remove(inode);
    }

    private void member(Name name, String path, int depth) throws DamagedException {
      List<Piece> pieces = pieces(name.inode());
      Meta meta = meta(pieces);
      long mode = meta.mode() & 0170000;
      if (name.type() == TYPE_FOLDER || mode == 0040000) {
        folder(name.inode(), path, depth + 1);
      } else if (pieces.isEmpty()) {
        throw new DamagedException("has no inode");
      } else if (mode == 0120000) {
        out.link(path, meta, content(pieces, MOST_LINK));
      } else if (mode == 0100000) {
        long size = in.u32(pieces.get(pieces.size() - 1).at() + 28);
        out.file(path, meta, size, () -> content(pieces, out.bounds().fileArray()));
      } else {
        out.special(path, meta);
      }
    }

    private byte[] content(List<Piece> pieces, long most) throws DamagedException {
      long size = in.u32(pieces.get(pieces.size() - 1).at() + 28);
      if (size > most) {
        throw new DamagedException("has %d bytes".formatted(size));
      }
      byte[] content = new byte[(int) size];
      int written = 0; // up to where there may be other bytes than zeros
      for (Piece piece : pieces) {
        out.budget().time();
        long at = piece.at();
        // A file that was shortened and grew again has zeros there.
        long sizeThen = in.u32(at + 28);
        if (sizeThen < written) {
          Arrays.fill(content, (int) sizeThen, written, (byte) 0);
          written = (int) sizeThen;
        }
        long offset = in.u32(at + 44);
        long compressed = in.u32(at + 48);
        long plain = in.u32(at + 52);
        if (plain == 0 || offset >= content.length) {
          continue;
        }
        if (compressed > in.u32(at + 4) - INODE_HEADER || plain > PAGE * 16L) {
          throw new DamagedException("a damaged inode at 0x%x".formatted(at));
        }
        byte[] bytes = in.source().bytes(at + INODE_HEADER, compressed);
        if (Crc.ofLinux(bytes, 0) != in.u32(at + 60)) {
          throw new DamagedException("the checksum at 0x%x is another".formatted(at));
        }
        byte[] block = decompress(in.u8(at + 56), bytes, (int) plain);
        int length = (int) Math.min(block.length, content.length - offset);
        System.arraycopy(block, 0, content, (int) offset, length);
        written = Math.max(written, (int) offset + length);
      }
      return content;
    }

    private byte[] decompress(int how, byte[] bytes, int length) throws DamagedException {
      return switch (how) {
        case 0, 4 -> Codec.NONE.decompress(bytes, length);
        case 1 -> new byte[length];
        case 2 -> {
          codecs.put(how, "rtime");
          yield rtime(bytes, length);
        }
        case 6 -> {
          codecs.put(how, "zlib");
          yield Codec.ZLIB.exactly(bytes, length);
        }
        case 7 -> {
          codecs.put(how, "lzo");
          yield Codec.LZO.exactly(bytes, length);
        }
        case 8 -> {
          codecs.put(how, "lzma");
          yield Codec.LZMA_OF_JFFS2.exactly(bytes, length);
        }
        default ->
            throw new DamagedException("compression %d of JFFS2 is not known here".formatted(how));
      };
    }

    /** Repetitions of what followed the same byte the last time ({@code compr_rtime.c}). */
    private static byte[] rtime(byte[] in, int length) throws DamagedException {
      Window window = new Window(length);
      int[] after = new int[256];
      int n = 0;
      for (int at = 0; n < length; at += 2) {
        if (at + 1 >= in.length) {
          throw new DamagedException("rtime: ends early");
        }
        window.literals(in, at, 1);
        n++;
        int value = in[at] & 0xff;
        int repeat = in[at + 1] & 0xff;
        int back = after[value];
        after[value] = n;
        if (repeat > 0) {
          window.repeat(n - back, repeat);
          n += repeat;
        }
      }
      return window.bytes();
    }
  }
}
