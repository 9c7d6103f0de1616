package org.malassay.profile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.malassay.profile.NumberSearch.Answer;
import org.malassay.profile.NumberSearch.Found;
import org.malassay.profile.NumberSearch.Lost;

/**
 * The calls that a program for 32-bit ARM may make, as its files tell.
 *
 * <p>What may be executed begins at its entry and at those of what is loaded with it: the loader's,
 * initialisers, and every function whose address lies in data or is put there by a relocation. From
 * there it goes along calls and branches, through stubs into the libraries by the first that has
 * the name, as a loader does, and to functions whose addresses the code makes. Which of its
 * pointers a program calls is not told by its files, so all may be: the set has too much, and what
 * it may lack is told by {@link #unresolved} and {@link #opens}.
 *
 * @param every the calls of all places in the files, reached or not
 * @param reachable those of functions that may be executed
 * @param byHand of the reachable ones, those that no instruction tells, each with the reason
 * @param files what was found in each file
 * @param unresolved places whose number was not found, all of them counted in {@code files}
 * @param opens whether it may load more files at run time ({@code dlopen}), whose calls are not
 *     here
 */
public record StaticCalls(
    SortedSet<String> every,
    SortedSet<String> reachable,
    SortedMap<String, String> byHand,
    List<OfFile> files,
    List<Unresolved> unresolved,
    boolean opens) {

  private static final String OPENS = "dlopen";

  /** Files that are read of one program, at most. */
  public static final int MOST_FILES = 256;

  public StaticCalls {
    every = Collections.unmodifiableSortedSet(new TreeSet<>(every));
    reachable = Collections.unmodifiableSortedSet(new TreeSet<>(reachable));
    byHand = Collections.unmodifiableSortedMap(new TreeMap<>(byHand));
    files = List.copyOf(files);
    unresolved = List.copyOf(unresolved);
  }

  /**
   * One file that is loaded.
   *
   * @param name hostile text
   * @param contents the whole file; not copied, not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes, read once
  public record Loaded(String name, byte[] contents) {}

  /**
   * What was found in one file.
   *
   * @param name of the file
   * @param thumb how many instructions of Thumb were followed
   * @param arm how many of ARM
   * @param services how many {@code svc} among them, as compilers make them
   * @param sites places that a number was found for: {@code svc}, or calls of a function that makes
   *     the call which its argument says
   * @param lost places that none was found for
   * @param calls distinct calls
   */
  public record OfFile(
      String name, long thumb, long arm, int services, int sites, int lost, int calls) {}

  /**
   * A place whose number was not found.
   *
   * @param file its name
   * @param address in it
   * @param reached whether it may be executed
   * @param why it was not found
   */
  public record Unresolved(String file, int address, boolean reached, String why) {}

  /** The calls of each file by themselves, reached or not: for files without a program. */
  public static StaticCalls ofLibraries(List<Loaded> files, CallNames names) {
    return new Reading(files, names).calls(false);
  }

  /**
   * Those of a program.
   *
   * @param files the program first, then its libraries and its loader in the order of loading; what
   *     is no file for 32-bit ARM is left out
   */
  public static StaticCalls of(List<Loaded> files, CallNames names) {
    return new Reading(files, names).calls(true);
  }

  /** A function of a file. */
  private record Function(int file, int start) {}

  /** The way there. */
  private static final class Reading {
    private final CallNames names;
    private final List<ArmCode> codes = new ArrayList<>();
    private final Map<Function, Set<Integer>> made = new HashMap<>();
    private final List<Lost> lost = new ArrayList<>();
    private final List<Set<Found>> sites = new ArrayList<>();

    Reading(List<Loaded> files, CallNames names) {
      this.names = names;
      files.stream()
          .limit(MOST_FILES)
          .flatMap(file -> ArmObject.read(file.name(), file.contents()).stream())
          .map(ArmCode::new)
          .forEach(codes::add);
      NumberSearch search = new NumberSearch(codes, number -> names.name(number).isPresent());
      Set<Lost> all = new HashSet<>();
      codes.forEach(code -> sites.add(new HashSet<>()));
      for (int file = 0; file < codes.size(); file++) {
        List<Integer> services = codes.get(file).services();
        if (services.size() == ArmCode.MOST_SERVICES) {
          all.add(new Lost(file, 0, 0, "it has more calls than are looked at"));
        }
        for (int service : services) {
          Answer answer = search.at(file, service);
          all.addAll(answer.lost());
          for (Found found : answer.found()) {
            sites.get(found.file()).add(found);
            made.computeIfAbsent(
                    new Function(found.file(), found.function()), any -> new HashSet<>())
                .add(found.number());
          }
        }
      }
      lost.addAll(all);
    }

    StaticCalls calls(boolean program) {
      SortedSet<String> every = new TreeSet<>();
      made.values().forEach(numbers -> numbers.forEach(it -> every.add(name(it))));
      Set<Function> reached = program ? reached() : Set.of();
      SortedSet<String> reachable = new TreeSet<>();
      for (Function function : reached) {
        made.getOrDefault(function, Set.of()).forEach(it -> reachable.add(name(it)));
      }
      SortedMap<String, String> byHand = new TreeMap<>();
      if (program) {
        for (CallsByHand each : CallsByHand.ALL) {
          boolean made =
              each.function().isEmpty()
                  || definitions(each.function().get()).anyMatch(reached::contains);
          if (made && !reachable.contains(each.call()) && names.number(each.call()).isPresent()) {
            byHand.putIfAbsent(each.call(), each.why());
          }
        }
      }
      reachable.addAll(byHand.keySet());
      every.addAll(byHand.keySet());
      return new StaticCalls(
          every, reachable, byHand, files(), unresolved(reached), opens(reached));
    }

    private String name(int number) {
      return names.name(number).orElse(Integer.toString(number));
    }

    private List<OfFile> files() {
      List<OfFile> files = new ArrayList<>();
      for (int file = 0; file < codes.size(); file++) {
        int at = file;
        long[] counts = codes.get(file).counts();
        files.add(
            new OfFile(
                codes.get(file).object().name(),
                counts[0],
                counts[1],
                (int) codes.get(file).services().stream().filter(codes.get(file)::isCall).count(),
                sites.get(file).size(),
                (int) lost.stream().filter(it -> it.file() == at).count(),
                (int) sites.get(file).stream().map(Found::number).distinct().count()));
      }
      return files;
    }

    private List<Unresolved> unresolved(Set<Function> reached) {
      return lost.stream()
          .map(
              it ->
                  new Unresolved(
                      codes.get(it.file()).object().name(),
                      it.address(),
                      reached.contains(new Function(it.file(), it.function())),
                      it.why()))
          .sorted(
              (one, other) ->
                  one.file().equals(other.file())
                      ? Integer.compare(one.address(), other.address())
                      : one.file().compareTo(other.file()))
          .toList();
    }

    private boolean opens(Set<Function> reached) {
      return definitions(OPENS).anyMatch(reached::contains);
    }

    private Stream<Function> definitions(String name) {
      return IntStream.range(0, codes.size())
          .boxed()
          .flatMap(
              file ->
                  codes.get(file).object().exports().getOrDefault(name, Set.of()).stream()
                      .map(it -> new Function(file, codes.get(file).function(it & ~1))));
    }

    // --- what may be executed

    private Set<Function> reached() {
      Map<String, Integer> first = new HashMap<>();
      for (int file = 0; file < codes.size(); file++) {
        for (String name : codes.get(file).object().exports().keySet()) {
          first.putIfAbsent(name, file);
        }
      }
      Map<Function, Set<Function>> leads = leads(first);
      Set<Function> reached = new HashSet<>();
      Deque<Function> queue = new ArrayDeque<>();
      for (int file = 0; file < codes.size(); file++) {
        ArmCode code = codes.get(file);
        int at = file;
        if (code.object().isCode(code.object().entry())) {
          queue.add(new Function(file, code.function(code.object().entry() & ~1)));
        }
        for (int pointer : code.object().pointers()) {
          if (code.isStart(pointer & ~1)) {
            queue.add(new Function(file, pointer & ~1));
          }
        }
        for (String name : code.object().taken()) {
          Optional.ofNullable(first.get(name)).ifPresent(it -> addNamed(name, it, queue));
        }
        if (!code.object().isMovable()) { // no relocation tells its pointers
          code.object().named().forEach(it -> queue.add(new Function(at, it & ~1)));
        }
      }
      while (!queue.isEmpty()) {
        Function function = queue.remove();
        if (reached.add(function)) {
          queue.addAll(leads.getOrDefault(function, Set.of()));
        }
      }
      return reached;
    }

    private void addNamed(String name, int file, Deque<Function> queue) {
      codes
          .get(file)
          .object()
          .exports()
          .getOrDefault(name, Set.of())
          .forEach(it -> queue.add(new Function(file, codes.get(file).function(it & ~1))));
    }

    private Map<Function, Set<Function>> leads(Map<String, Integer> first) {
      Map<Function, Set<Function>> leads = new HashMap<>();
      for (int file = 0; file < codes.size(); file++) {
        ArmCode code = codes.get(file);
        for (ArmCode.Edges edges : List.of(code.calls(), code.branches(), code.addresses())) {
          for (int i = 0; i < edges.size(); i++) {
            Function from = new Function(file, code.function(edges.from(i)));
            Function to = new Function(file, code.function(edges.to(i)));
            if (!from.equals(to)) {
              leads.computeIfAbsent(from, any -> new HashSet<>()).add(to);
            }
          }
        }
        int at = file;
        code.stubs()
            .forEach(
                (name, sources) ->
                    Optional.ofNullable(first.get(name))
                        .ifPresent(
                            library ->
                                codes
                                    .get(library)
                                    .object()
                                    .exports()
                                    .getOrDefault(name, Set.of())
                                    .forEach(
                                        target ->
                                            sources.forEach(
                                                source ->
                                                    leads
                                                        .computeIfAbsent(
                                                            new Function(at, code.function(source)),
                                                            any -> new HashSet<>())
                                                        .add(
                                                            new Function(
                                                                library,
                                                                codes
                                                                    .get(library)
                                                                    .function(target & ~1)))))));
      }
      return leads;
    }
  }
}
