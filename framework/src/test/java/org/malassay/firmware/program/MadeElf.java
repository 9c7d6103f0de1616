package org.malassay.firmware.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ELF file made for a test, of either class and order: program headers, a dynamic section,
 * dynamic symbols and, if asked for, a table of symbols.
 */
public final class MadeElf {
  private final int machine;
  private final boolean wide;
  private final ByteOrder order;
  private int type = 3;
  private boolean interpreter;
  private int stack = 6;
  private boolean relro;
  private boolean dynamic = true;
  private final Map<Long, Long> tags = new LinkedHashMap<>();
  private final List<String> imports = new ArrayList<>();
  private final List<String> symbols = new ArrayList<>();
  private final List<String> needed = new ArrayList<>();
  private byte[] note = {};
  private byte[] text = {};
  private boolean symbolTable;
  private long base;

  private MadeElf(int machine, boolean wide, ByteOrder order) {
    this.machine = machine;
    this.wide = wide;
    this.order = order;
  }

  public static MadeElf of(int machine, boolean wide, boolean big) {
    return new MadeElf(machine, wide, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  public MadeElf type(int type) {
    this.type = type;
    return this;
  }

  public MadeElf interpreter() {
    interpreter = true;
    return this;
  }

  /** The flags of {@code PT_GNU_STACK}; negative for none. */
  public MadeElf stack(int flags) {
    stack = flags;
    return this;
  }

  public MadeElf relro() {
    relro = true;
    return this;
  }

  public MadeElf isStatic() {
    dynamic = false;
    return this;
  }

  public MadeElf tag(long tag, long value) {
    tags.put(tag, value);
    return this;
  }

  public MadeElf asks(String... names) {
    imports.addAll(List.of(names));
    return this;
  }

  public MadeElf needs(String... libraries) {
    needed.addAll(List.of(libraries));
    return this;
  }

  public MadeElf symbols(String... names) {
    symbolTable = true;
    symbols.addAll(List.of(names));
    return this;
  }

  /** The bits of a property of {@code NT_GNU_PROPERTY_TYPE_0}. */
  public MadeElf property(int type, int bits) {
    ByteBuffer made = ByteBuffer.allocate(wide ? 32 : 28).order(order);
    made.putInt(4).putInt(wide ? 16 : 12).putInt(5).put("GNU\0".getBytes(ISO_8859_1));
    made.putInt(type).putInt(4).putInt(bits);
    note = made.array();
    return this;
  }

  /** The address at which the file is loaded. */
  public MadeElf at(long address) {
    base = address;
    return this;
  }

  /** What lies in the executable segment. */
  public MadeElf text(byte[] bytes) {
    text = bytes.clone();
    return this;
  }

  public byte[] bytes() {
    int headers = (wide ? 64 : 52) + 6 * (wide ? 56 : 32);
    int symbolSize = wide ? 24 : 16;
    ByteBuffer strings = ByteBuffer.allocate(64 * 1024);
    strings.put((byte) 0);
    List<Integer> names = new ArrayList<>();
    for (String name : imports) {
      names.add(strings.position());
      strings.put(name.getBytes(ISO_8859_1)).put((byte) 0);
    }
    List<long[]> entries = new ArrayList<>();
    for (String library : needed) {
      entries.add(new long[] {1, strings.position()});
      strings.put(library.getBytes(ISO_8859_1)).put((byte) 0);
    }
    List<Integer> all = new ArrayList<>();
    for (String name : symbols) {
      all.add(strings.position());
      strings.put(name.getBytes(ISO_8859_1)).put((byte) 0);
    }
    int textAt = (headers + 15) / 16 * 16;
    int noteAt = (textAt + text.length + 15) / 16 * 16;
    int hashAt = (noteAt + note.length + 15) / 16 * 16;
    int tableAt = hashAt + 16;
    int symbolsAt = tableAt + (imports.size() + 1) * symbolSize;
    int stringsAt = symbolsAt + (symbols.size() + 1) * symbolSize;
    int dynamicAt = (stringsAt + strings.position() + 15) / 16 * 16;
    tags.forEach((tag, value) -> entries.add(new long[] {tag, value}));
    entries.add(new long[] {4, base + hashAt});
    entries.add(new long[] {5, base + stringsAt});
    entries.add(new long[] {6, base + tableAt});
    entries.add(new long[] {0, 0});
    int dynamicSize = entries.size() * (wide ? 16 : 8);
    int sectionsAt = (dynamicAt + dynamicSize + 15) / 16 * 16;
    int end = sectionsAt + 3 * (wide ? 64 : 40);
    ByteBuffer out = ByteBuffer.allocate(end).order(order);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1)});
    out.put((byte) (order == ByteOrder.BIG_ENDIAN ? 2 : 1)).put((byte) 1);
    out.position(16);
    out.putShort((short) type).putShort((short) machine).putInt(1);
    word(out, textAt);
    word(out, wide ? 64 : 52);
    word(out, symbolTable ? sectionsAt : 0);
    out.putInt(0).putShort((short) (wide ? 64 : 52)).putShort((short) (wide ? 56 : 32));
    List<long[]> segments = new ArrayList<>();
    segments.add(new long[] {1, 5, 0, end});
    if (dynamic) {
      segments.add(new long[] {2, 6, dynamicAt, dynamicSize});
    }
    if (interpreter) {
      segments.add(new long[] {3, 4, stringsAt, 1});
    }
    if (stack >= 0) {
      segments.add(new long[] {0x6474e551, stack, 0, 0});
    }
    if (relro) {
      segments.add(new long[] {0x6474e552, 4, dynamicAt, dynamicSize});
    }
    if (note.length > 0) {
      segments.add(new long[] {0x6474e553, 4, noteAt, note.length});
    }
    out.putShort((short) segments.size());
    out.putShort((short) (wide ? 64 : 40))
        .putShort((short) (symbolTable ? 3 : 0))
        .putShort((short) 0);
    out.position(wide ? 64 : 52);
    for (long[] segment : segments) {
      out.putInt((int) segment[0]);
      if (wide) {
        out.putInt((int) segment[1]);
      }
      word(out, segment[2]);
      word(out, base + segment[2]);
      word(out, base + segment[2]);
      word(out, segment[3]);
      word(out, segment[3]);
      if (!wide) {
        out.putInt((int) segment[1]);
      }
      word(out, 4);
    }
    out.position(textAt);
    out.put(text);
    out.position(noteAt);
    out.put(note);
    out.position(hashAt);
    out.putInt(0).putInt(imports.size() + 1);
    symbolTable(out, tableAt, names, 0);
    symbolTable(out, symbolsAt, all, 1);
    out.position(stringsAt);
    out.put(strings.array(), 0, strings.position());
    out.position(dynamicAt);
    for (long[] entry : entries) {
      word(out, entry[0]);
      word(out, entry[1]);
    }
    if (symbolTable) {
      out.position(sectionsAt + (wide ? 64 : 40));
      section(out, 2, symbolsAt, (symbols.size() + 1) * symbolSize, 2);
      section(out, 3, stringsAt, strings.position(), 0);
    }
    return out.array();
  }

  private void word(ByteBuffer out, long value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }

  private void symbolTable(ByteBuffer out, int at, List<Integer> names, int section) {
    out.position(at + (wide ? 24 : 16));
    for (int name : names) {
      out.putInt(name);
      if (wide) {
        out.put((byte) 0x12).put((byte) 0).putShort((short) section).putLong(0).putLong(0);
      } else {
        out.putInt(0).putInt(0).put((byte) 0x12).put((byte) 0).putShort((short) section);
      }
    }
  }

  private void section(ByteBuffer out, int type, int at, int size, int link) {
    out.putInt(0).putInt(type);
    word(out, 0);
    word(out, 0);
    word(out, at);
    word(out, size);
    out.putInt(link).putInt(0);
    word(out, 4);
    word(out, 0);
  }
}
