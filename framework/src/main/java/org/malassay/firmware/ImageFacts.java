package org.malassay.firmware;

import java.util.List;

/**
 * What is kept of one image: a row of the survey.
 *
 * @param sha256 of the file
 * @param size of the file, in bytes
 * @param files how many files lie in it, those that several parts hold counted once each
 * @param kernels mostly one; none if none was found, which is not the same as none being there
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
    List<Account> accounts) {
  public ImageFacts {
    parts = List.copyOf(parts);
    programs = List.copyOf(programs);
    components = List.copyOf(components);
    kernels = List.copyOf(kernels);
    starts = List.copyOf(starts);
    accounts = List.copyOf(accounts);
  }
}
