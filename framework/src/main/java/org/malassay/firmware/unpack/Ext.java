package org.malassay.firmware.unpack;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * ext2, ext3 and ext4 ({@code Documentation/filesystems/ext4/} of Linux): indirect blocks, extents,
 * inline data. What is only in the journal is not seen.
 */
final class Ext implements Format {
  private static final int SUPERBLOCK = 1024;
  private static final int ROOT = 2;

  private static final int INCOMPATIBLE_EXTENTS = 0x40;
  private static final int INCOMPATIBLE_64BIT = 0x80;
  private static final int INCOMPATIBLE_META_GROUPS = 0x10;
  private static final int INCOMPATIBLE_JOURNAL = 0x4;
  private static final int INCOMPATIBLE_FILE_TYPES = 0x2;

  private static final int COMPATIBLE_TWO_SUPERBLOCKS = 0x200;
  private static final int READ_ONLY_FEW_SUPERBLOCKS = 0x1;

  /** What changes nothing for a reader, or is known here. */
  private static final int KNOWN_INCOMPATIBLE =
      INCOMPATIBLE_FILE_TYPES
          | INCOMPATIBLE_JOURNAL
          | INCOMPATIBLE_EXTENTS
          | INCOMPATIBLE_64BIT
          | INCOMPATIBLE_META_GROUPS
          | 0x100 // multiple mount protection
          | 0x200 // flexible groups
          | 0x400 // large extended attributes
          | 0x2000 // seed of checksums
          | 0x4000 // large folders
          | 0x8000 // inline data
          | 0x10000 // encryption: names and contents of some are as they are
          | 0x20000; // case folding

  @Override
  public String name() {
    return "ext";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(SUPERBLOCK + 56, 0x53, 0xef));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    Fields s = in.slice(SUPERBLOCK, SUPERBLOCK).le();
    long blockShift = s.u32(24);
    long inodeSize = s.u32(76) == 0 ? 128 : s.u16(88);
    return s.u32(0) > 0
        && s.u32(4) > 0
        && blockShift <= 6
        && s.u32(32) > 0
        && s.u32(32) <= 8L << (10 + blockShift)
        && s.u32(40) > 0
        && s.u32(40) <= 8L << (10 + blockShift)
        && s.u32(20) == (blockShift == 0 ? 1 : 0)
        && s.u32(76) <= 1
        && s.u16(58) <= 7
        && inodeSize >= 128
        && inodeSize <= 1024L << blockShift
        && Long.bitCount(inodeSize) == 1
        && s.u32(72) <= 4;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    new Tree(in, out).read();
  }

  /** One file system. */
  private static final class Tree {
    private static final int FLAG_EXTENTS = 0x80000;
    private static final int FLAG_INLINE = 0x10000000;
    private static final int FLAG_ENCRYPTED = 0x800;
    private static final int EXTENTS_MAGIC = 0xf30a;
    private static final long ATTRIBUTES_MAGIC = 0xea020000L;
    private static final int SYSTEM_ATTRIBUTE = 7;
    private static final int DIRECT = 12;
    private static final int MOST_LINK = 4096;

    /** The contents of a folder and of those around it are no longer: they are held at once. */
    private static final int MOST_FOLDERS = 16 << 20;

    private final Source in;
    private final Output out;
    private final Fields superblock;
    private final int block;
    private final long inodes;
    private final long inodesOfGroup;
    private final int inodeSize;
    private final int descriptorSize;
    private final long groups;
    private final boolean metaGroups;
    private final boolean fileTypes;
    private final Set<Long> seenFolders = new HashSet<>();
    private long openBytes;

    Tree(Source in, Output out) throws DamagedException {
      this.out = out;
      superblock = in.slice(SUPERBLOCK, SUPERBLOCK).le();
      block = 1024 << superblock.u32(24);
      inodes = superblock.u32(0);
      inodesOfGroup = superblock.u32(40);
      boolean dynamic = superblock.u32(76) != 0;
      inodeSize = dynamic ? superblock.u16(88) : 128;
      long incompatible = dynamic ? superblock.u32(96) : 0;
      boolean wide = (incompatible & INCOMPATIBLE_64BIT) != 0;
      descriptorSize = wide ? Math.max(32, superblock.u16(254)) : 32;
      metaGroups = (incompatible & INCOMPATIBLE_META_GROUPS) != 0;
      fileTypes = (incompatible & INCOMPATIBLE_FILE_TYPES) != 0;
      long blocks = superblock.u32(4) | (wide ? superblock.u32(336) << 32 : 0);
      groups = (blocks + superblock.u32(32) - 1) / superblock.u32(32);
      if (blocks < 0 || blocks > Long.MAX_VALUE / block) {
        throw new DamagedException("%s blocks".formatted(Long.toUnsignedString(blocks)));
      }
      out.size(blocks * block);
      this.in = in.most(0, blocks * block);
      boolean extents = (incompatible & INCOMPATIBLE_EXTENTS) != 0;
      boolean journal = (superblock.u32(92) & 4) != 0;
      out.detail("%s, blocks of %d".formatted(extents ? "ext4" : journal ? "ext3" : "ext2", block));
      if ((incompatible & ~KNOWN_INCOMPATIBLE) != 0) {
        throw new DamagedException.Unsupported(
            "has features (0x%x) that are not known here; debugfs of e2fsprogs may"
                .formatted(incompatible & ~KNOWN_INCOMPATIBLE));
      }
      if ((incompatible & INCOMPATIBLE_JOURNAL) != 0) {
        out.cut("was not unmounted: what is only in its journal is not seen");
      }
    }

    void read() throws DamagedException {
      folder(inode(ROOT), ROOT, "", 0);
    }

    private Fields inode(long number) throws DamagedException {
      if (number < 1 || number > inodes) {
        throw new DamagedException("inode %d of %d".formatted(number, inodes));
      }
      long group = (number - 1) / inodesOfGroup;
      if (group >= groups) {
        throw new DamagedException("inode %d lies in no group".formatted(number));
      }
      Fields descriptor = in.slice(descriptorAt(group), descriptorSize).le();
      long table = descriptor.u32(8) | (descriptorSize >= 64 ? descriptor.u32(40) << 32 : 0);
      return in.slice(place(table) + (number - 1) % inodesOfGroup * inodeSize, inodeSize).le();
    }

    private long descriptorAt(long group) throws DamagedException {
      long first = superblock.u32(20) + 1;
      long perBlock = block / descriptorSize;
      if (perBlock == 0) {
        throw new DamagedException("descriptors of %d bytes".formatted(descriptorSize));
      }
      long index = group / perBlock;
      if (!metaGroups || index < superblock.u32(260)) {
        return (first + index) * block + group % perBlock * descriptorSize;
      }
      long firstGroup = index * perBlock;
      long at =
          firstGroup * superblock.u32(32)
              + superblock.u32(20)
              + (hasSuperblock(firstGroup) ? 1 : 0);
      return at * block + group % perBlock * descriptorSize;
    }

    /** Whether a group begins with a copy of the superblock ({@code ext4_bg_has_super}). */
    private boolean hasSuperblock(long group) throws DamagedException {
      if (group == 0) {
        return true;
      }
      if ((superblock.u32(92) & COMPATIBLE_TWO_SUPERBLOCKS) != 0) {
        return group == superblock.u32(588) || group == superblock.u32(592);
      }
      return group == 1
          || (superblock.u32(100) & READ_ONLY_FEW_SUPERBLOCKS) == 0
          || isPower(group, 3)
          || isPower(group, 5)
          || isPower(group, 7);
    }

    private static boolean isPower(long number, int of) {
      long left = number;
      while (left % of == 0) {
        left /= of;
      }
      return left == 1;
    }

    private long place(long number) throws DamagedException {
      if (number < 0 || number > in.size() / block) {
        throw new DamagedException("block %d lies outside".formatted(number));
      }
      return number * block;
    }

    private static long size(Fields inode) throws DamagedException {
      long size = inode.u32(4);
      return (inode.u16(0) & 0170000) == 0100000 ? size | inode.u32(108) << 32 : size;
    }

    private static Meta meta(Fields inode) throws DamagedException {
      return new Meta(inode.u16(0), inode.u16(2) | (long) inode.u16(120) << 16);
    }

    private void folder(Fields inode, long number, String path, int depth) throws DamagedException {
      if (out.isTooDeep(depth) || !seenFolders.add(number)) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      out.folder(path, meta(inode));
      long size = size(inode);
      if (openBytes + size > MOST_FOLDERS) {
        throw new DamagedException(
            "a folder of %d bytes, in others of %d".formatted(size, openBytes));
      }
      openBytes += size;
      try {
        boolean inline = (inode.u32(32) & FLAG_INLINE) != 0;
        byte[] content = content(inode, (int) size);
        int step = inline ? content.length : block;
        // The first 4 bytes of an inline folder are the parent's number.
        for (int at = inline ? 4 : 0;
            at < content.length;
            at = inline ? content.length : at + step) {
          members(Source.of(content, at, Math.min(step, content.length - at)).le(), path, depth);
        }
      } finally {
        openBytes -= size;
      }
    }

    private void members(Fields list, String path, int depth) throws DamagedException {
      long at = 0;
      while (list.source().has(at, 8)) {
        out.budget().time();
        long number = list.u32(at);
        int length = list.u16(at + 4);
        int name = fileTypes ? list.u8(at + 6) : list.u16(at + 6);
        if (length < 8 || name > length - 8) {
          if (length == 0 && number == 0) {
            return; // inline folders end so
          }
          throw new DamagedException("a folder is damaged at %s/".formatted(path));
        }
        if (number != 0 && name > 0) {
          byte[] bytes = list.source().bytes(at + 8, name);
          if (!Arrays.equals(bytes, new byte[] {'.'})
              && !Arrays.equals(bytes, new byte[] {'.', '.'})) {
            member(number, Names.in(path, bytes), depth);
          }
        }
        at += length;
      }
    }

    private void member(long number, String path, int depth) throws DamagedException {
      try {
        Fields inode = inode(number);
        Meta meta = meta(inode);
        long size = size(inode);
        switch (inode.u16(0) & 0170000) {
          case 0040000 -> folder(inode, number, path, depth + 1);
          case 0120000 -> link(inode, path, size);
          case 0100000 -> out.fileBeside(path, meta, size, () -> file(inode, (int) size));
          default -> out.special(path, meta);
        }
      } catch (DamagedException.Bound e) {
        throw e;
      } catch (DamagedException e) {
        out.cut("%s: %s".formatted(path, e.getMessage()));
      }
    }

    private void link(Fields inode, String path, long size) throws DamagedException {
      if (size > MOST_LINK) {
        throw new DamagedException("a link of %d bytes".formatted(size));
      }
      // A short one stands where a longer one's blocks are.
      boolean fast = size < 60 && (inode.u32(32) & (FLAG_EXTENTS | FLAG_INLINE)) == 0;
      out.link(
          path, meta(inode), fast ? inode.source().bytes(40, size) : content(inode, (int) size));
    }

    private byte[] file(Fields inode, int size) throws DamagedException {
      if ((inode.u32(32) & FLAG_ENCRYPTED) != 0) {
        throw new DamagedException("is encrypted");
      }
      return content(inode, size);
    }

    /** In any thread. */
    private byte[] content(Fields inode, int size) throws DamagedException {
      long flags = inode.u32(32);
      if ((flags & FLAG_INLINE) != 0) {
        return inline(inode, size);
      }
      byte[] content = new byte[size];
      if (size == 0) {
        return content;
      }
      Source map = inode.source().slice(40, 60);
      if ((flags & FLAG_EXTENTS) != 0) {
        extents(map, content, 5);
      } else {
        indirect(map, content);
      }
      return content;
    }

    /**
     * The first 60 bytes stand in the inode, the rest in its extended attribute system.data; what
     * neither has is zeros, as Linux reads it.
     */
    private byte[] inline(Fields inode, int size) throws DamagedException {
      byte[] content = new byte[size];
      inode.source().copy(40, content, 0, Math.min(60, size));
      int extra = 128 + (inodeSize > 128 ? inode.u16(128) : 0);
      if (size <= 60 || !inode.source().has(extra, 8) || inode.u32(extra) != ATTRIBUTES_MAGIC) {
        return content;
      }
      long entries = extra + 4L;
      for (long at = entries; inode.u32(at) != 0; at += 16 + (inode.u8(at) + 3) / 4 * 4) {
        if (inode.u8(at + 1) == SYSTEM_ATTRIBUTE
            && inode.u8(at) == 4
            && inode.source().startsWith(at + 16, "data")) {
          long length = Math.min(inode.u32(at + 8), size - 60L);
          byte[] rest = inode.source().bytes(entries + inode.u16(at + 2), length);
          System.arraycopy(rest, 0, content, 60, rest.length);
          break;
        }
      }
      return content;
    }

    private void extents(Source node, byte[] content, int levels) throws DamagedException {
      out.budget().time();
      Fields list = node.le();
      if (list.u16(0) != EXTENTS_MAGIC || levels < 0) {
        throw new DamagedException("its tree of extents is damaged");
      }
      int count = list.u16(2);
      int depth = list.u16(6);
      for (int i = 0; i < count; i++) {
        long at = 12 + 12L * i;
        if (depth > 0) {
          long child = list.u32(at + 4) | (long) list.u16(at + 8) << 32;
          Source below = in.slice(place(child), block);
          if (below.le().u16(6) >= depth) {
            throw new DamagedException("its tree of extents is damaged");
          }
          extents(below, content, levels - 1);
        } else {
          int length = list.u16(at + 4);
          boolean written = length <= 32768;
          long from = list.u32(at + 8) | (long) list.u16(at + 6) << 32;
          if (written) {
            copy(from, list.u32(at) * block, (long) length * block, content);
          }
        }
      }
    }

    private void copy(long number, long to, long length, byte[] content) throws DamagedException {
      if (to >= content.length) {
        return; // allocated beyond the end
      }
      int n = (int) Math.min(length, content.length - to);
      long from = place(number);
      if (!in.has(from, n)) {
        throw new DamagedException("block %d lies outside".formatted(number));
      }
      in.copy(from, content, (int) to, n);
    }

    private void indirect(Source map, byte[] content) throws DamagedException {
      Fields numbers = map.le();
      long blocks = (content.length + (long) block - 1) / block;
      for (int i = 0; i < Math.min(DIRECT, blocks); i++) {
        data(numbers.u32(4L * i), i, content);
      }
      long first = DIRECT;
      long each = block / 4;
      long reach = each;
      for (int level = 1; level <= 3 && first < blocks; level++) {
        indirect(numbers.u32(4L * (DIRECT + level - 1)), level, first, reach / each, content);
        first += reach;
        reach *= each;
      }
    }

    /**
     * @param step how many blocks each number stands for
     */
    private void indirect(long number, int level, long first, long step, byte[] content)
        throws DamagedException {
      if (number == 0) {
        return; // a hole
      }
      out.budget().time();
      Fields numbers = in.slice(place(number), block).le();
      for (long i = 0; i < block / 4; i++) {
        long at = first + i * step;
        if (at * block >= content.length) {
          return;
        }
        if (level == 1) {
          data(numbers.u32(4 * i), at, content);
        } else {
          indirect(numbers.u32(4 * i), level - 1, at, step / (block / 4), content);
        }
      }
    }

    private void data(long number, long index, byte[] content) throws DamagedException {
      if (number != 0) {
        copy(number, index * block, block, content);
      }
    }
  }
}
