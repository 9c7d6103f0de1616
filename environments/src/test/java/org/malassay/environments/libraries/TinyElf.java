package org.malassay.environments.libraries;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.elf.ElfLinks;

/** The smallest ELF file for 32-bit ARM that a linker can read: headers, names and versions. */
public final class TinyElf {
  private static final int HEADERS = 52 + 3 * 32;
  private static final int ROOM = 16 * 1024;
  private static final int SOFT = 0x0500_0200;
  private static final int HARD = 0x0500_0400;
  private static final int UNSTATED = 0x0500_0000;

  private final int flags;
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final List<int[]> dynamic = new ArrayList<>();
  private final Map<String, List<String>> needs = new LinkedHashMap<>();
  private final List<String> defined = new ArrayList<>();
  private String interpreter = "";

  private TinyElf(int flags) {
    this.flags = flags;
    strings.write(0);
  }

  public static TinyElf soft() {
    return new TinyElf(SOFT);
  }

  /** One that does not state its float ABI, as older linkers leave it. */
  static TinyElf unstated() {
    return new TinyElf(UNSTATED);
  }

  static TinyElf hard() {
    return new TinyElf(HARD);
  }

  public TinyElf interpreter(String path) {
    interpreter = path;
    return this;
  }

  TinyElf needs(String... names) {
    for (String name : names) {
      dynamic.add(new int[] {1, string(name)});
    }
    return this;
  }

  TinyElf soname(String name) {
    dynamic.add(new int[] {14, string(name)});
    return this;
  }

  TinyElf runpath(String folders) {
    dynamic.add(new int[] {29, string(folders)});
    return this;
  }

  TinyElf needsVersions(String library, String... versions) {
    needs.put(library, List.of(versions));
    return this;
  }

  TinyElf defines(String... versions) {
    defined.addAll(List.of(versions));
    return this;
  }

  private int string(String text) {
    int at = strings.size();
    strings.writeBytes((text + '\0').getBytes(US_ASCII));
    return at;
  }

  ElfLinks links() {
    return ElfLinks.of(bytes()).orElseThrow();
  }

  public byte[] bytes() {
    ByteBuffer file = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
    file.position(HEADERS);
    int needed = file.position();
    int left = needs.size();
    for (Map.Entry<String, List<String>> need : needs.entrySet()) {
      List<String> versions = need.getValue();
      int size = 16 + 16 * versions.size();
      file.putShort((short) 1).putShort((short) versions.size()).putInt(string(need.getKey()));
      file.putInt(16).putInt(--left == 0 ? 0 : size);
      for (int i = 0; i < versions.size(); i++) {
        file.putInt(0).putInt(0).putInt(string(versions.get(i)));
        file.putInt(i == versions.size() - 1 ? 0 : 16);
      }
    }
    int definitions = file.position();
    for (int i = 0; i < defined.size(); i++) {
      file.putShort((short) 1).putShort((short) 0).putShort((short) (i + 2)).putShort((short) 1);
      file.putInt(0).putInt(20).putInt(i == defined.size() - 1 ? 0 : 28);
      file.putInt(string(defined.get(i))).putInt(0);
    }
    List<int[]> table = new ArrayList<>(dynamic);
    if (!needs.isEmpty()) {
      table.add(new int[] {0x6ffffffe, needed});
    }
    if (!defined.isEmpty()) {
      table.add(new int[] {0x6ffffffc, definitions});
    }
    int names = file.position();
    table.add(new int[] {5, names});
    file.put(strings.toByteArray());
    int name = file.position();
    file.put((interpreter + '\0').getBytes(US_ASCII));
    int dynamics = file.position();
    table.forEach(entry -> file.putInt(entry[0]).putInt(entry[1]));
    file.putLong(0);
    int size = file.position();
    file.position(0);
    file.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1).position(16);
    file.putShort((short) 3).putShort((short) 40).putInt(1).putInt(0).putInt(52).putInt(0);
    file.putInt(flags).putShort((short) 52).putShort((short) 32).putShort((short) 3);
    file.position(52);
    segment(file, 1, 0, size);
    segment(file, 2, dynamics, size - dynamics);
    segment(file, interpreter.isEmpty() ? 0 : 3, name, interpreter.length() + 1);
    return java.util.Arrays.copyOf(file.array(), size);
  }

  private static void segment(ByteBuffer file, int type, int at, int size) {
    file.putInt(type)
        .putInt(at)
        .putInt(at)
        .putInt(at)
        .putInt(size)
        .putInt(size)
        .putInt(5)
        .putInt(1);
  }

  /** A library of a source. */
  Library library(String name, String home, String from) {
    byte[] bytes = bytes();
    return new Library(
        name,
        home,
        Optional.of(ElfLinks.of(bytes)).get().orElseThrow(),
        from,
        bytes.length,
        () -> bytes);
  }
}
