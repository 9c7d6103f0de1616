package org.malassay.firmware.unpack;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.malassay.firmware.unpack.Output.Meta;

/** ROMFS ({@code Documentation/filesystems/romfs.rst} of Linux). */
final class RomFs implements Format {
  private static final int MOST_NAME = 1024;
  private static final int CHECKED = 512;

  @Override
  public String name() {
    return "romfs";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "-rom1fs-"));
  }

  /** The words of its beginning add up to 0. */
  @Override
  public boolean fits(Source in) throws DamagedException {
    Fields f = in.be();
    long size = f.u32(8);
    if (size < 32 || !in.has(0, 32)) {
      return false;
    }
    int sum = 0;
    for (long at = 0; at < Math.min(CHECKED, Math.min(size, in.size())) / 4 * 4; at += 4) {
      sum += (int) f.u32(at);
    }
    return sum == 0 || size > in.size();
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    long size = in.be().u32(8);
    // The image is padded to a block of 1 KiB.
    out.size(size);
    Tree tree = new Tree(in.most(0, size).be(), out);
    out.detail("volume \"%s\"".formatted(Names.text(tree.name(16))));
    tree.members(tree.afterName(16), "", 0);
  }

  /** One file system. */
  private static final class Tree {
    private final Fields in;
    private final Output out;
    private final Set<Long> seen = new HashSet<>();

    Tree(Fields in, Output out) {
      this.in = in;
      this.out = out;
    }

    byte[] name(long at) throws DamagedException {
      int length = 0;
      while (in.u8(at + length) != 0) {
        if (++length > MOST_NAME) {
          throw new DamagedException("a name without an end at 0x%x".formatted(at));
        }
      }
      return in.source().bytes(at, length);
    }

    /** Names fill multiples of 16 bytes. */
    long afterName(long at) throws DamagedException {
      return at + (name(at).length + 16L) / 16 * 16;
    }

    void members(long first, String path, int depth) throws DamagedException {
      if (out.isTooDeep(depth)) {
        out.cut("folders too deep at %s".formatted(path));
        return;
      }
      long at = first;
      while (at != 0) {
        out.budget().time();
        if (!seen.add(at)) {
          out.cut("its headers go in a circle at 0x%x".formatted(at));
          return;
        }
        long next = in.u32(at);
        byte[] name = name(at + 16);
        boolean self = name.length == 1 && name[0] == '.';
        boolean parent = name.length == 2 && name[0] == '.' && name[1] == '.';
        if (!self && !parent) {
          member(at, (int) (next & 7), (next & 8) != 0, Names.in(path, name), depth);
        }
        at = next & ~0xfL;
      }
    }

    private void member(long at, int type, boolean executable, String path, int depth)
        throws DamagedException {
      long info = in.u32(at + 4);
      long size = in.u32(at + 8);
      long from = afterName(at + 16);
      Meta meta = new Meta(executable ? 0755 : 0644, 0);
      switch (type) {
        case 0 -> { // a hard link
          long to = info & ~0xfL;
          long linked = in.u32(to);
          if ((linked & 7) > 1) {
            member(to, (int) (linked & 7), (linked & 8) != 0, path, depth);
          } else {
            out.cut("%s: leads to no file".formatted(path));
          }
        }
        case 1 -> {
          out.folder(path, meta);
          members(info & ~0xfL, path, depth + 1);
        }
        case 2 -> out.file(path, meta, size, () -> in.source().bytes(from, size));
        case 3 -> out.link(path, meta, in.source().bytes(from, Math.min(size, MOST_NAME)));
        case 4, 5 -> out.device(path, meta);
        default -> out.other(path, meta);
      }
    }
  }
}
