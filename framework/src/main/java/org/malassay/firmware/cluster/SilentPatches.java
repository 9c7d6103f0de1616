package org.malassay.firmware.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.malassay.features.TlshDigest;
import org.malassay.firmware.Component;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Program;
import org.malassay.firmware.judge.FileCache;
import org.malassay.firmware.judge.FileFinding;

/**
 * Programs of the same component, version and architecture whose bytes differ between images: a
 * version that stayed while the program changed. Builds are put together by the distance of their
 * TLSH, so that what was patched or rebuilt is told from what has only the name in common, and
 * compared function by function where both have symbols.
 *
 * @param groups those with more than one build, the most builds first
 * @param vendors by name, ordered
 */
public record SilentPatches(List<Group> groups, List<VendorShare> vendors) {
  /**
   * The largest distance of a build to one of its cluster. By judgement: below 50 files share most
   * of their content; the paper of TLSH (CTC 2013) has the rates of error at this and others.
   */
  static final int NEAR = 50;

  private static final int MOST_BUILDS = 1000;

  /**
   * The builds of one version.
   *
   * @param component its name
   * @param file the name of the file, since one component has several: {@code libssl.so.1.1}
   * @param architecture as in {@code Architecture.label()}
   * @param images how many have it
   * @param builds ordered by cluster, then digest
   * @param left how many further builds there are, which were not compared
   * @param clusters how many there are; of builds without a TLSH each is one of its own
   */
  public record Group(
      String component,
      String version,
      String file,
      String architecture,
      int images,
      List<Build> builds,
      int left,
      int clusters) {
    public Group {
      builds = List.copyOf(builds);
    }
  }

  /**
   * One content.
   *
   * @param cluster from 0
   * @param images where it is: names of images, with the path within
   * @param vendors whose
   * @param changed how it differs from the first build of its cluster; empty if it is that one, or
   *     one of the two has no symbols of functions
   */
  public record Build(
      String sha256,
      String tlsh,
      int cluster,
      List<String> images,
      Set<String> vendors,
      Optional<Changed> changed) {
    public Build {
      images = List.copyOf(images);
      vendors = Set.copyOf(vendors);
    }
  }

  /** Functions by name that both have: the same, or not; and that only one has. */
  public record Changed(int same, int different, int added, int removed) {}

  /**
   * How often a version is not enough with one vendor.
   *
   * @param versions of files (component, version, name, architecture) in two images or more
   * @param silent of these, those with more than one build
   */
  public record VendorShare(String vendor, int versions, int silent) {}

  public SilentPatches {
    groups = List.copyOf(groups);
    vendors = List.copyOf(vendors);
  }

  private record Key(String component, String version, String file, String architecture) {}

  private record Where(String image, String vendor, String path) {}

  /**
   * Finds them.
   *
   * @param findings asked for functions of what differs
   */
  public static SilentPatches of(List<ImageFacts> images, FileCache findings) {
    Map<Key, Map<String, List<Where>>> builds = new LinkedHashMap<>();
    Map<String, String> digests = new HashMap<>();
    for (ImageFacts image : images) {
      for (Program program : image.programs()) {
        Optional<Component> component =
            program.component().filter(known -> !known.version().isEmpty());
        if (component.isPresent()) {
          String file = program.path().substring(program.path().lastIndexOf('/') + 1);
          Key key =
              new Key(
                  component.get().name(), component.get().version(), file, program.architecture());
          digests.put(program.sha256(), program.tlsh());
          builds
              .computeIfAbsent(key, any -> new TreeMap<>())
              .computeIfAbsent(program.sha256(), any -> new ArrayList<>())
              .add(new Where(image.image().name(), image.image().vendor(), program.path()));
        }
      }
    }
    List<Group> groups =
        builds.entrySet().stream()
            .filter(group -> group.getValue().size() > 1)
            .map(group -> group(group.getKey(), group.getValue(), digests, findings))
            .sorted(
                Comparator.comparing((Group group) -> -group.builds().size())
                    .thenComparing(Group::component)
                    .thenComparing(Group::version)
                    .thenComparing(Group::file)
                    .thenComparing(Group::architecture))
            .toList();
    return new SilentPatches(groups, shares(builds));
  }

  private static Group group(
      Key key, Map<String, List<Where>> contents, Map<String, String> digests, FileCache findings) {
    List<Map.Entry<String, List<Where>>> kept =
        contents.entrySet().stream().limit(MOST_BUILDS).toList();
    List<String> hashes = kept.stream().map(Map.Entry::getKey).toList();
    int[] cluster = clusters(hashes.stream().map(digests::get).map(TlshDigest::of).toList());
    Map<Integer, String> first = new HashMap<>();
    List<Build> builds = new ArrayList<>();
    for (int i = 0; i < hashes.size(); i++) {
      String hash = hashes.get(i);
      String head = first.putIfAbsent(cluster[i], hash);
      List<Where> places = kept.get(i).getValue();
      builds.add(
          new Build(
              hash,
              digests.getOrDefault(hash, ""),
              cluster[i],
              places.stream().map(place -> place.image() + ":" + place.path()).sorted().toList(),
              new HashSet<>(places.stream().map(Where::vendor).toList()),
              head == null ? Optional.empty() : changed(findings, head, hash)));
    }
    builds.sort(Comparator.comparingInt(Build::cluster).thenComparing(Build::sha256));
    return new Group(
        key.component(),
        key.version(),
        key.file(),
        key.architecture(),
        (int) contents.values().stream().flatMap(List::stream).map(Where::image).distinct().count(),
        builds,
        contents.size() - kept.size(),
        first.size());
  }

  /** A cluster for each: all that are linked by steps of at most {@link #NEAR}. */
  static int[] clusters(List<Optional<TlshDigest>> digests) {
    int[] cluster = new int[digests.size()];
    Arrays.fill(cluster, -1);
    int next = 0;
    for (int i = 0; i < cluster.length; i++) {
      if (cluster[i] < 0) {
        cluster[i] = next;
        spread(i, next, digests, cluster);
        next++;
      }
    }
    return cluster;
  }

  private static void spread(
      int from, int number, List<Optional<TlshDigest>> digests, int[] cluster) {
    List<Integer> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      Optional<TlshDigest> digest = digests.get(open.remove(open.size() - 1));
      for (int i = 0; i < cluster.length && digest.isPresent(); i++) {
        Optional<TlshDigest> other = digests.get(i);
        if (cluster[i] < 0 && other.isPresent() && digest.get().distance(other.get()) <= NEAR) {
          cluster[i] = number;
          open.add(i);
        }
      }
    }
  }

  private static Optional<Changed> changed(FileCache findings, String one, String other) {
    Map<String, String> before = functions(findings, one);
    Map<String, String> after = functions(findings, other);
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    Set<String> both = new TreeSet<>(before.keySet());
    both.retainAll(after.keySet());
    int same =
        (int)
            both.stream().filter(name -> Objects.equals(before.get(name), after.get(name))).count();
    return Optional.of(
        new Changed(
            same, both.size() - same, after.size() - both.size(), before.size() - both.size()));
  }

  private static Map<String, String> functions(FileCache findings, String sha256) {
    return findings.get(sha256).map(FileFinding::functions).orElse(Map.of());
  }

  private static List<VendorShare> shares(Map<Key, Map<String, List<Where>>> builds) {
    Map<String, int[]> shares = new TreeMap<>();
    for (Map<String, List<Where>> contents : builds.values()) {
      Map<String, Set<String>> images = new TreeMap<>();
      Map<String, Integer> hashes = new TreeMap<>();
      contents.forEach(
          (hash, places) -> {
            Set<String> vendors = new TreeSet<>();
            for (Where place : places) {
              vendors.add(place.vendor());
              images.computeIfAbsent(place.vendor(), any -> new HashSet<>()).add(place.image());
            }
            vendors.forEach(vendor -> hashes.merge(vendor, 1, Integer::sum));
          });
      images.forEach(
          (vendor, in) -> {
            if (in.size() > 1) {
              int[] share = shares.computeIfAbsent(vendor, any -> new int[2]);
              share[0]++;
              share[1] += hashes.getOrDefault(vendor, 0) > 1 ? 1 : 0;
            }
          });
    }
    return shares.entrySet().stream()
        .map(share -> new VendorShare(share.getKey(), share.getValue()[0], share.getValue()[1]))
        .toList();
  }
}
