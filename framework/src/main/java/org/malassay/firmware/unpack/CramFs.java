package org.malassay.firmware.unpack;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.malassay.firmware.unpack.Output.Meta;

/** cramfs, of both byte orders ({@code fs/cramfs/README} and {@code cramfs_fs.h} of Linux). */
final class CramFs implements Format {
  private static final int HEADER = 64;
  private static final int INODE = 12;
  private static final int ROOT_AT = 64;
  private static final int PAGE = 4096;

  private static final int SHIFTED_ROOT = 0x400;
  private static final int EXTENDED_BLOCKS = 0x800;
  private static final long UNCOMPRESSED = 1L << 31;
  private static final long DIRECT = 1L << 30;
  private static final int MOST_LINK = 4096;

  @Override
  public String name() {
    return "cramfs";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x45, 0x3d, 0xcd, 0x28), Magic.of(0, 0x28, 0xcd, 0x3d, 0x45));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return in.startsWith(16, "Compressed ROMFS") && in.has(0, ROOT_AT + INODE);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    ByteOrder order = in.u8(0) == 0x45 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    Fields header = in.in(order);
    long size = header.u32(4);
    long flags = header.u32(8);
    boolean versioned = (flags & 1) != 0; // else the size is none
    out.size(versioned && size >= HEADER + INODE ? size : in.size());
    out.detail(
        "version %d, %s endian".formatted(versioned ? 2 : 1, header.isBig() ? "big" : "little"));
    Source all = in.most(0, out.size());
    if (versioned && all.size() == size && crc(all) != header.u32(32)) {
      out.cut("its checksum is another");
    }
    new Tree(all.in(order), (flags & EXTENDED_BLOCKS) != 0, out).folder(ROOT_AT, "", 0);
    if ((flags & SHIFTED_ROOT) != 0) {
      out.detail(out.detail() + ", shifted");
    }
  }

  /** With the checksum itself as zeros. */
  private static long crc(Source all) throws DamagedException {
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(all.bytes(0, 32));
    crc.update(new byte[4]);
    byte[] some = new byte[1 << 16];
    for (long at = 36; at < all.size(); at += some.length) {
      int n = (int) Math.min(some.length, all.size() - at);
      all.copy(at, some, 0, n);
      crc.update(some, 0, n);
    }
    return crc.getValue();
  }

  private record Inode(Meta meta, long size, int nameLength, long offset) {}

  /** One file system. */
  private static final class Tree {
    private final Fields in;
    private final boolean extendedBlocks;
    private final Output out;
    private final Set<Long> open = new HashSet<>();

    Tree(Fields in, boolean extendedBlocks, Output out) {
      this.in = in;
      this.extendedBlocks = extendedBlocks;
      this.out = out;
    }

    private Inode inode(long at) throws DamagedException {
      return new Inode(
          new Meta(in.bits(at, 0, 16), in.bits(at, 16, 16)),
          in.bits(at + 4, 0, 24),
          (int) in.bits(at + 8, 0, 6) * 4,
          in.bits(at + 8, 6, 26) * 4);
    }

    void folder(long at, String path, int depth) throws DamagedException {
      Inode folder = inode(at);
      if ((folder.meta().mode() & 0170000) != 0040000) {
        throw new DamagedException("its root is no folder");
      }
      if (out.isTooDeep(depth) || !open.add(at)) {
        out.cut("folders in a circle at %s, or too deep".formatted(path));
        return;
      }
      out.folder(path, folder.meta());
      long member = folder.offset();
      long end = folder.offset() + folder.size();
      while (member < end) {
        out.budget().time();
        Inode inode = inode(member);
        String name =
            Names.in(path, Names.untilZero(in.source().bytes(member + INODE, inode.nameLength())));
        try {
          member(inode, member, name, depth);
        } catch (DamagedException.Bound e) {
          throw e;
        } catch (DamagedException e) {
          out.cut("%s: %s".formatted(name, e.getMessage()));
        }
        member += INODE + inode.nameLength();
      }
      open.remove(at);
    }

    private void member(Inode inode, long at, String path, int depth) throws DamagedException {
      switch ((int) (inode.meta().mode() & 0170000)) {
        case 0040000 -> folder(at, path, depth + 1);
        case 0100000 -> out.file(path, inode.meta(), inode.size(), () -> content(inode));
        case 0120000 -> {
          if (inode.size() > MOST_LINK) {
            throw new DamagedException("a link of %d bytes".formatted(inode.size()));
          }
          out.link(path, inode.meta(), content(inode));
        }
        default -> out.special(path, inode.meta());
      }
    }

    private byte[] content(Inode inode) throws DamagedException {
      byte[] content = new byte[(int) inode.size()];
      int blocks = (content.length + PAGE - 1) / PAGE;
      long from = inode.offset() + 4L * blocks;
      for (int i = 0; i < blocks; i++) {
        int most = Math.min(PAGE, content.length - i * PAGE);
        long pointer = in.u32(inode.offset() + 4L * i);
        boolean stored = extendedBlocks && (pointer & UNCOMPRESSED) != 0;
        boolean direct = extendedBlocks && (pointer & DIRECT) != 0;
        long end = extendedBlocks ? pointer & DIRECT - 1 : pointer;
        if (direct) {
          from = end << 2;
          end = from + (stored ? most : in.u16(from) + 2);
          from += stored ? 0 : 2;
        }
        if (end > from) { // else a hole
          byte[] bytes = in.source().bytes(from, end - from);
          byte[] block =
              (stored ? Codec.NONE : Codec.ZLIB)
                  .decompress(bytes, Math.max(most, stored ? bytes.length : most));
          System.arraycopy(block, 0, content, i * PAGE, Math.min(most, block.length));
        } else if (end < from) {
          throw new DamagedException("its blocks overlap");
        }
        from = end;
      }
      return content;
    }
  }
}
