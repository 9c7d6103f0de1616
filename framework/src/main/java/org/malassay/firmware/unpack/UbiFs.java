package org.malassay.firmware.unpack;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * UBIFS ({@code fs/ubifs/ubifs-media.h} of Linux), read as a log: of the nodes that lie in its
 * blocks, indexed or not, those with the highest sequence numbers count. So its journal is seen,
 * too.
 */
final class UbiFs implements Format {
  private static final int HEADER = 24;
  private static final int INODE = 0;
  private static final int DATA = 1;
  private static final int NAME = 2;
  private static final int TRUNCATION = 4;
  private static final int SUPERBLOCK = 6;
  private static final int MASTER = 7;
  private static final int INDEX = 9;
  private static final int DIRTY = 1;
  private static final int MOST_LEVELS = 512;
  private static final int MOST_NODE = 8192 + 4096;
  private static final int BLOCK = 4096;
  private static final int MOST_LINK = 4096;
  private static final int ALL_ONES = -1;

  @Override
  public String name() {
    return "ubifs";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x31, 0x18, 0x10, 0x06));
  }

  /** It begins with its superblock. */
  @Override
  public boolean fits(Source in) throws DamagedException {
    return in.u8(20) == SUPERBLOCK && isNode(in.le(), 0);
  }

  private static boolean isNode(Fields in, long at) throws DamagedException {
    if (!in.source().has(at, HEADER) || in.u32(at) != 0x06101831L) {
      return false;
    }
    long length = in.u32(at + 16);
    return length >= HEADER
        && length <= MOST_NODE
        && in.source().has(at, length)
        && Crc.ofLinux(in.source().bytes(at + 8, length - 8), ALL_ONES) == in.u32(at + 4);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields f = in.le();
    long block = f.u32(36);
    long blocks = f.u32(40);
    if (block < 15 * 1024 || block > 1 << 24) {
      throw new DamagedException("blocks of %d bytes".formatted(block));
    }
    long size = block * blocks;
    out.size(size);
    Log log = new Log(in.most(0, size).le(), out);
    log.scan(block);
    out.detail("blocks of %d, %d nodes".formatted(block, log.nodes));
    if (!log.inodes.containsKey(1L)) {
      out.cut("the inode of its root is not there");
      return;
    }
    log.folder(1, "", 0);
    try {
      log.index(block);
    } catch (DamagedException.Bound e) {
      throw e;
    } catch (DamagedException e) {
      out.cut("its index: " + e.getMessage());
    }
    if (!log.codecs.isEmpty()) {
      out.detail(out.detail() + ", " + String.join(", ", log.codecs));
    }
  }

  /** A node by its place. */
  private record Node(long sequence, long at) {
    static Node later(Node a, Node b) {
      return b.sequence() >= a.sequence() ? b : a;
    }
  }

  /** What names a member of a folder last. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Name(long sequence, long inode, byte[] name) {}

  /** One file system. */
  private static final class Log {
    private final Fields in;
    private final Output out;
    private final Map<Long, Node> inodes = new HashMap<>();
    private final Map<Long, TreeMap<Long, Node>> data = new HashMap<>();
    private final Map<Long, Map<String, Name>> names = new HashMap<>();
    private final Map<Long, List<long[]>> truncations = new HashMap<>();
    private final Set<String> codecs = new java.util.TreeSet<>();
    private final Set<Long> open = new HashSet<>();
    private long nodes;
    private long indexed;
    private long missing;
    private @Nullable Node master;

    /** Where nodes lie. */
    private final Set<Long> places = new HashSet<>();

    /** Each node of the index is named once, else a few of them would be a tree without an end. */
    private final Set<Long> branched = new HashSet<>();

    Log(Fields in, Output out) {
      this.in = in;
      this.out = out;
    }

    void scan(long block) throws DamagedException {
      for (long at = 0; at < in.source().size(); at += block) {
        long end = Math.min(at + block, in.source().size());
        long node = at;
        while (node + HEADER <= end) {
          if ((node & 0xffff) == 0) {
            out.budget().time();
          }
          if (!isNode(in, node)) {
            node += 8;
            continue;
          }
          nodes++;
          places.add(node);
          if (nodes % 256 == 0) {
            out.budget().time();
          }
          node(node);
          node += (in.u32(node + 16) + 7) / 8 * 8;
        }
      }
    }

    /**
     * Whether all is there that the index of the last commit names. What is gone without a trace,
     * as are blocks that a dump lacks, would not be missed otherwise.
     */
    void index(long block) throws DamagedException {
      if (master == null) {
        out.cut("its master node is not there");
        return;
      }
      long at = in.u32(master.at() + 48) * block + in.u32(master.at() + 52);
      boolean clean = (in.u32(master.at() + 40) & DIRTY) == 0;
      branches(at, block, clean, MOST_LEVELS + 1);
      if (missing > 0) {
        out.cut(
            "%d of the %d nodes that its index names are not there".formatted(missing, indexed));
      }
    }

    private void branches(long node, long block, boolean clean, int above) throws DamagedException {
      out.budget().time();
      indexed++;
      if (!places.contains(node) || in.u8(node + 20) != INDEX || in.u32(node + 16) < 28) {
        missing++;
        return;
      }
      int count = in.u16(node + 24);
      int level = in.u16(node + 26);
      long branch = count == 0 ? 0 : (in.u32(node + 16) - 28) / count;
      if (level >= above || (count > 0 && branch < 20) || !branched.add(node)) {
        out.cut("its index is damaged at 0x%x".formatted(node));
        return;
      }
      for (int i = 0; i < count; i++) {
        long at = node + 28 + i * branch;
        long place = in.u32(at) * block + in.u32(at + 4);
        if (level > 0) {
          branches(place, block, clean, level);
        } else {
          indexed++;
          if (!places.contains(place) && (clean || !isThere(in.u32(at + 12), in.u32(at + 16)))) {
            missing++;
          }
        }
      }
    }

    /**
     * Whether there is an inode of a key, which was written later than the index. Of data and names
     * this says nothing: they may have been deleted since.
     */
    private boolean isThere(long inode, long key) {
      return (int) (key >> 29) != INODE || inodes.containsKey(inode);
    }

    private void node(long at) throws DamagedException {
      out.budget().kept();
      long sequence = in.u64(at + 8);
      long length = in.u32(at + 16);
      int type = in.u8(at + 20);
      if (type == INODE && length >= 160) {
        inodes.merge(in.u32(at + 24), new Node(sequence, at), Node::later);
      } else if (type == DATA && length >= 48) {
        data.computeIfAbsent(in.u32(at + 24), it -> new TreeMap<>())
            .merge(in.u32(at + 28) & 0x1fffffff, new Node(sequence, at), Node::later);
      } else if (type == NAME && length >= 56) {
        int nameLength = in.u16(at + 50);
        if (nameLength <= length - 56) {
          byte[] name = in.source().bytes(at + 56, nameLength);
          names
              .computeIfAbsent(in.u32(at + 24), it -> new TreeMap<>())
              .merge(
                  Names.in("", name),
                  new Name(sequence, in.u64(at + 40), name),
                  (a, b) -> b.sequence() >= a.sequence() ? b : a);
        }
      } else if (type == TRUNCATION && length >= 56) {
        truncations
            .computeIfAbsent(in.u32(at + 24), it -> new ArrayList<>())
            .add(new long[] {sequence, in.u64(at + 48)});
      } else if (type == MASTER && length >= 56) {
        master =
            master == null ? new Node(sequence, at) : Node.later(master, new Node(sequence, at));
      }
    }

    private Meta meta(long at) throws DamagedException {
      return new Meta(in.u32(at + 104), in.u32(at + 96));
    }

    void folder(long inode, String path, int depth) throws DamagedException {
      Node node = inodes.get(inode);
      if (node == null) {
        throw new DamagedException("folder %d has no inode".formatted(inode));
      }
      if (out.isTooDeep(depth) || !open.add(inode)) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      out.folder(path, meta(node.at()));
      for (Name name : names.getOrDefault(inode, Map.of()).values()) {
        if (name.inode() != 0) { // else it was deleted
          String child = Names.in(path, name.name());
          try {
            member(name.inode(), child, depth);
          } catch (DamagedException.Bound e) {
            throw e;
          } catch (DamagedException e) {
            out.cut("%s: %s".formatted(child, e.getMessage()));
          }
        }
      }
      open.remove(inode);
    }

    private void member(long inode, String path, int depth) throws DamagedException {
      Node node = inodes.get(inode);
      if (node == null) {
        throw new DamagedException("has no inode");
      }
      Meta meta = meta(node.at());
      switch ((int) (meta.mode() & 0170000)) {
        case 0040000 -> folder(inode, path, depth + 1);
        case 0120000 -> {
          long length = in.u32(node.at() + 112);
          if (length > MOST_LINK) {
            throw new DamagedException("a link of %d bytes".formatted(length));
          }
          out.link(path, meta, in.source().bytes(node.at() + 160, length));
        }
        case 0100000 -> {
          long size = in.long64(node.at() + 48);
          out.file(path, meta, size, () -> content(inode, (int) size));
        }
        default -> out.special(path, meta);
      }
    }

    private byte[] content(long inode, int size) throws DamagedException {
      byte[] content = new byte[size];
      for (Map.Entry<Long, Node> block : data.getOrDefault(inode, new TreeMap<>()).entrySet()) {
        out.budget().time();
        long to = block.getKey() * BLOCK;
        long at = block.getValue().at();
        long length = in.u32(at + 40);
        if (to >= size || isCutOff(inode, block.getValue().sequence(), to)) {
          continue;
        }
        if (length > BLOCK) {
          throw new DamagedException("a block of %d bytes".formatted(length));
        }
        byte[] bytes = in.source().bytes(at + 48, in.u32(at + 16) - 48);
        byte[] plain = decompress(in.u16(at + 44), bytes, (int) length);
        System.arraycopy(plain, 0, content, (int) to, (int) Math.min(plain.length, size - to));
      }
      return content;
    }

    /** Whether the file was made shorter than that after the block was written. */
    private boolean isCutOff(long inode, long sequence, long to) {
      return truncations.getOrDefault(inode, List.of()).stream()
          .anyMatch(it -> it[0] > sequence && it[1] <= to);
    }

    private byte[] decompress(int how, byte[] bytes, int length) throws DamagedException {
      return switch (how) {
        case 0 -> Codec.NONE.exactly(bytes, length);
        case 1 -> {
          codecs.add("lzo");
          yield Codec.LZO.exactly(bytes, length);
        }
        case 2 -> {
          codecs.add("zlib");
          yield Codec.DEFLATE.exactly(bytes, length);
        }
        case 3 -> {
          codecs.add("zstd");
          yield Codec.ZSTD.exactly(bytes, length);
        }
        default ->
            throw new DamagedException("compression %d of UBIFS is not known here".formatted(how));
      };
    }
  }
}
