package org.malassay.firmware;

import java.util.List;
import java.util.Optional;

/**
 * What is kept of one image: a row of the survey.
 *
 * @param sha256 of the file
 * @param size of the file, in bytes
 * @param files how many files lie in it, those that several parts hold counted once each
 * @param programs ordered by path; several of one path if parts of the image hold different ones
 * @param kernels mostly one; none if none was found, which is not the same as none being there
 * @param sources what it has if it is a source package and no firmware: then it has no programs,
 *     kernels and the like, whatever lies in it
 */
public record ImageFacts(
    FirmwareImage image,
    String sha256,
    long size,
    List<Part> parts,
    long files,
    List<Program> programs,
    List<Component> components,
    List<Kernel> kernels,
    List<Start> starts,
    List<Account> accounts,
    Optional<SourcePackage> sources) {
  public ImageFacts {
    parts = List.copyOf(parts);
    programs = List.copyOf(programs);
    components = List.copyOf(components);
    kernels = List.copyOf(kernels);
    starts = List.copyOf(starts);
    accounts = List.copyOf(accounts);
  }

  /** Of a firmware image. */
  public ImageFacts(
      FirmwareImage image,
      String sha256,
      long size,
      List<Part> parts,
      long files,
      List<Program> programs,
      List<Component> components,
      List<Kernel> kernels,
      List<Start> starts,
      List<Account> accounts) {
    this(
        image,
        sha256,
        size,
        parts,
        files,
        programs,
        components,
        kernels,
        starts,
        accounts,
        Optional.empty());
  }

  /** The same file as a source package. */
  public ImageFacts asSources(SourcePackage found) {
    return new ImageFacts(
        image,
        sha256,
        size,
        parts,
        files,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.of(found));
  }
}
