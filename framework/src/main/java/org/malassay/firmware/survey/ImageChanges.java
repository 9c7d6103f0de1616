package org.malassay.firmware.survey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.malassay.firmware.Account;
import org.malassay.firmware.Component;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Program;
import org.malassay.firmware.Start;
import org.malassay.firmware.survey.ImageChange.Kind;

/**
 * Compares two images of one product: what was added, removed, hardened, weakened. Only what both
 * tell counts as hardened or weakened: from unknown to no is none of them.
 */
final class ImageChanges {
  private final List<ImageChange> changes = new ArrayList<>();

  private ImageChanges() {}

  /** The changes from the one to the other, by what they are of and its name. */
  static List<ImageChange> of(ImageFacts before, ImageFacts after) {
    ImageChanges all = new ImageChanges();
    all.programs(before, after);
    all.components(before, after);
    all.kernels(before, after);
    all.starts(before, after);
    all.accounts(before, after);
    return List.copyOf(all.changes);
  }

  private void programs(ImageFacts before, ImageFacts after) {
    Map<String, Program> was = byPath(before.programs());
    Map<String, Program> is = byPath(after.programs());
    // A further content of a path that had one is none that was added: it is as good as that was.
    new TreeMap<>(is)
        .forEach(
            (name, program) -> {
              Program first = was.get(program.path());
              if (first != null && !name.equals(program.path())) {
                was.putIfAbsent(name, first);
              }
            });
    pairs(
        was,
        is,
        "program",
        program -> program.kind() + ", " + inWords(program),
        added -> false,
        this::program);
  }

  /** By their paths; of several contents of one path the second one with " (2)", and so on. */
  private static Map<String, Program> byPath(List<Program> programs) {
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Program> named = new LinkedHashMap<>();
    for (Program program : programs) {
      int number = counts.merge(program.path(), 1, Integer::sum);
      named.put(number == 1 ? program.path() : program.path() + " (" + number + ")", program);
    }
    return named;
  }

  private void program(String path, Program before, Program after) {
    boolean told = false;
    for (Requirement requirement : Requirement.values()) {
      if (requirement == Requirement.STRIPPED) {
        continue; // protects nothing
      }
      Answer was = requirement.of(before.mitigations());
      Answer is = requirement.of(after.mitigations());
      if (was == Answer.NO && is == Answer.YES) {
        add(Kind.HARDENED, "program", path, "no " + requirement.label(), requirement.label());
        told = true;
      } else if (was == Answer.YES && is == Answer.NO) {
        add(Kind.WEAKENED, "program", path, requirement.label(), "no " + requirement.label());
        told = true;
      }
    }
    if (!told && !before.sha256().equals(after.sha256())) {
      add(Kind.CHANGED, "program", path, inWords(before), inWords(after));
    }
  }

  private static String inWords(Program program) {
    return program
            .component()
            .map(it -> it.name() + (it.version().isEmpty() ? "" : " " + it.version()) + ", ")
            .orElse("")
        + "%d bytes, SHA-256 %.12s".formatted(program.size(), program.sha256());
  }

  private void components(ImageFacts before, ImageFacts after) {
    pairs(
        versions(before.components()),
        versions(after.components()),
        "component",
        version -> version,
        added -> false,
        (name, was, is) -> {
          if (!was.equals(is)) {
            add(Kind.CHANGED, "component", name, was, is);
          }
        });
  }

  /** Of several versions of one component, all. */
  private static Map<String, String> versions(List<Component> components) {
    Map<String, TreeSet<String>> versions = new TreeMap<>();
    components.forEach(
        it ->
            versions
                .computeIfAbsent(it.name(), name -> new TreeSet<>())
                .add(it.version().isEmpty() ? "unknown version" : it.version()));
    Map<String, String> words = new TreeMap<>();
    versions.forEach((name, its) -> words.put(name, String.join(", ", its)));
    return words;
  }

  private void kernels(ImageFacts before, ImageFacts after) {
    if (before.kernels().isEmpty() || after.kernels().isEmpty()) {
      return; // none was found, which says nothing
    }
    Kernel was = before.kernels().get(0);
    Kernel is = after.kernels().get(0);
    if (!was.version().equals(is.version())) {
      add(Kind.CHANGED, "kernel", "version", was.version(), is.version());
    }
    told(was.protections(), is.protections(), "kernel protection", true);
    told(was.options(), is.options(), "kernel option", false);
  }

  /**
   * @param better whether that it is there protects; an option may do either
   */
  private void told(
      Map<String, Kernel.Told> before,
      Map<String, Kernel.Told> after,
      String what,
      boolean better) {
    for (String name : new TreeSet<>(before.keySet())) {
      Kernel.Told was = before.get(name);
      Kernel.Told is = after.get(name);
      if (was == null
          || is == null
          || was.value().equals(is.value())
          || isUnknown(was)
          || isUnknown(is)) {
        continue;
      }
      boolean wasOn = !was.value().equals("n");
      boolean isOn = !is.value().equals("n");
      Kind kind = !better || wasOn == isOn ? Kind.CHANGED : isOn ? Kind.HARDENED : Kind.WEAKENED;
      add(kind, what, name, was.value(), is.value());
    }
  }

  private static boolean isUnknown(Kernel.Told told) {
    return told.value().equals("unknown");
  }

  private void starts(ImageFacts before, ImageFacts after) {
    Function<Start, String> name = start -> start.command() + " (" + start.by() + ")";
    pairs(
        byName(before.starts(), name),
        byName(after.starts(), name),
        "start",
        start ->
            (start.debug() ? "a door for debugging, " : "")
                + (start.services().isEmpty() ? "" : String.join(", ", start.services()) + ", ")
                + start.from(),
        Start::debug,
        (command, was, is) -> {
          if (was.debug() != is.debug()) {
            add(
                is.debug() ? Kind.WEAKENED : Kind.HARDENED,
                "start",
                command,
                was.debug() ? "a door for debugging" : "none",
                is.debug() ? "a door for debugging" : "none");
          }
        });
  }

  private void accounts(ImageFacts before, ImageFacts after) {
    pairs(
        byName(before.accounts(), Account::name),
        byName(after.accounts(), Account::name),
        "account",
        account -> "password: " + account.hash(),
        Account::weak,
        (name, was, is) -> {
          if (was.weak() != is.weak()) {
            add(
                is.weak() ? Kind.WEAKENED : Kind.HARDENED,
                "account",
                name,
                "password: " + was.hash(),
                "password: " + is.hash());
          } else if (!Objects.equals(was.hash(), is.hash())) {
            add(Kind.CHANGED, "account", name, "password: " + was.hash(), "password: " + is.hash());
          }
        });
  }

  private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
    Map<String, T> named = new LinkedHashMap<>();
    things.forEach(it -> named.putIfAbsent(name.apply(it), it)); // of several parts, the first one
    return named;
  }

  /** What is done with a thing that both images have. */
  private interface Both<T> {
    void tell(String name, T before, T after);
  }

  /**
   * @param weakens whether a thing that was added makes the image weaker than it was without it
   */
  private <T> void pairs(
      Map<String, T> before,
      Map<String, T> after,
      String what,
      Function<T, String> words,
      Predicate<T> weakens,
      Both<T> both) {
    Map<String, T> left = new HashMap<>(before);
    new TreeMap<>(after)
        .forEach(
            (name, is) -> {
              T was = left.remove(name);
              if (was == null && weakens.test(is)) {
                add(Kind.WEAKENED, what, name, "none", words.apply(is));
              } else if (was == null) {
                add(Kind.ADDED, what, name, "", words.apply(is));
              } else {
                both.tell(name, was, is);
              }
            });
    new TreeMap<>(left).forEach((name, was) -> add(Kind.REMOVED, what, name, words.apply(was), ""));
  }

  private void add(Kind kind, String what, String name, String before, String after) {
    changes.add(new ImageChange(kind, what, name, before, after));
  }
}
