package org.malassay.features;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.elf.ElfFacts;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.sample.FileFacts;
import org.malassay.sample.SafeText;

/**
 * What an ELF file asks others for: libraries, and symbols by name. A static program has no such
 * list, which is not an empty one.
 */
final class Imports {
  private static final int MOST_LISTED = 10_000;

  private Imports() {}

  static void of(Head head, FileFacts facts, Findings into) {
    Optional<List<Symbol>> symbols = head.elf().flatMap(Imports::symbols);
    if (symbols.isEmpty()) {
      return;
    }
    Set<String> names =
        symbols.get().stream()
            .filter(Symbol::isUndefined)
            .map(Symbol::name)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> libraries = facts.elf().map(ElfFacts::needed).orElse(List.of());
    into.number("imports", names.size());
    into.number("libraries", libraries.size());
    for (String name : FeatureColumns.IMPORTS) {
      into.number(FeatureColumns.ofImport(name), names.contains(name) ? 1 : 0);
    }
    if (names.size() > MOST_LISTED) {
      into.missing(Part.IMPORTS, "%d are counted, %d listed".formatted(names.size(), MOST_LISTED));
    }
    into.piece(
        FeaturePiece.IMPORTS,
        "what the sample's file asks for: libraries, then symbols",
        "text/plain",
        Stream.concat(
                libraries.stream().map(library -> "library " + SafeText.printable(library)),
                names.stream().limit(MOST_LISTED).map(name -> "symbol " + SafeText.printable(name)))
            .collect(Collectors.joining("\n", "", "\n"))
            .getBytes(UTF_8));
  }

  private static Optional<List<Symbol>> symbols(ElfLayout elf) {
    return elf.type() == ObjectType.RELOCATABLE ? Optional.of(elf.symbols()) : elf.dynamicSymbols();
  }
}
