package org.malassay.reports.csv;

import java.util.Comparator;
import java.util.Locale;
import org.malassay.sample.ElfFacts;
import org.malassay.sample.FileFacts;

/** The columns that say what kind of file a sample is; those of ELF empty for other files. */
record FileKind(String fileType, String architecture, String abi, String linkage)
    implements Comparable<FileKind> {
  private static final Comparator<FileKind> ORDER =
      Comparator.comparing(FileKind::fileType)
          .thenComparing(FileKind::architecture)
          .thenComparing(FileKind::abi)
          .thenComparing(FileKind::linkage);

  static FileKind of(FileFacts facts) {
    String type = facts.type().name().toLowerCase(Locale.ROOT);
    return facts
        .elf()
        .map(elf -> new FileKind(type, elf.architecture().label(), abi(elf), elf.linkage().label()))
        .orElse(new FileKind(type, "", "", ""));
  }

  private static String abi(ElfFacts elf) {
    return switch (elf.floatAbi()) {
      case SOFT -> elf.abi() + " soft-float";
      case HARD -> elf.abi() + " hard-float";
      case UNSTATED -> elf.abi();
    };
  }

  @Override
  public int compareTo(FileKind other) {
    return ORDER.compare(this, other);
  }
}
