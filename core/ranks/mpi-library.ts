/** Finds an MPI library on this machine and gives its calls and handles, for MPICH and Open MPI. */

import { dlopen, type FFIFunction, type Pointer } from "bun:ffi";
import { UserError } from "../base/problem.ts";
import type { LaunchedRank } from "./launched-ranks.ts";

/** A handle or an address, as both implementations take it in a register of 64 bits. */
type Handle = number | bigint;

/** The calls that this project makes, with the handles that they need. Each call returns 0 for success. */
export interface MpiLibrary {
  /** The file or name it was loaded by. */
  readonly name: string;
  readonly implementation: "mpich" | "openmpi";
  readonly calls: MpiCalls;
  readonly world: Handle;
  readonly byte: Handle;
  readonly errorsReturn: Handle;
  /** Stands for "no status wanted". */
  readonly statusIgnore: Handle;
}

interface MpiCalls {
  MPI_Init(argc: null, argv: null): number;
  MPI_Comm_rank(comm: Handle, rank: Pointer): number;
  MPI_Comm_size(comm: Handle, size: Pointer): number;
  MPI_Comm_set_errhandler(comm: Handle, handler: Handle): number;
  MPI_Isend(
    bytes: Pointer,
    count: number,
    type: Handle,
    to: number,
    tag: number,
    comm: Handle,
    request: Pointer,
  ): number;
  MPI_Irecv(
    bytes: Pointer,
    count: number,
    type: Handle,
    from: number,
    tag: number,
    comm: Handle,
    request: Pointer,
  ): number;
  MPI_Test(request: Pointer, flag: Pointer, status: Handle): number;
  MPI_Finalize(): number;
  MPI_Abort(comm: Handle, code: number): number;
}

const CALLS = {
  MPI_Init: { args: ["ptr", "ptr"], returns: "i32" },
  MPI_Comm_rank: { args: ["u64", "ptr"], returns: "i32" },
  MPI_Comm_size: { args: ["u64", "ptr"], returns: "i32" },
  MPI_Comm_set_errhandler: { args: ["u64", "u64"], returns: "i32" },
  MPI_Isend: { args: ["ptr", "i32", "u64", "i32", "i32", "u64", "ptr"], returns: "i32" },
  MPI_Irecv: { args: ["ptr", "i32", "u64", "i32", "i32", "u64", "ptr"], returns: "i32" },
  MPI_Test: { args: ["ptr", "ptr", "u64"], returns: "i32" },
  MPI_Finalize: { args: [], returns: "i32" },
  MPI_Abort: { args: ["u64", "i32"], returns: "i32" },
} as const satisfies Record<string, FFIFunction>;

/** MPICH's handles are 32-bit integers that its mpi.h fixes; its ABI has kept them since version 3.1. */
const MPICH = { world: 0x44000000, byte: 0x4c00010d, errorsReturn: 0x54000001, statusIgnore: 1 };

/** Open MPI's handles are the addresses of these symbols. */
const OPEN_MPI = {
  ompi_mpi_comm_world: { args: [], returns: "void" },
  ompi_mpi_byte: { args: [], returns: "void" },
  ompi_mpi_errors_return: { args: [], returns: "void" },
} as const satisfies Record<string, FFIFunction>;

const NAMES = {
  mpich: ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib"],
  openmpi: ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"],
};

/**
 * Loads the library that `MPI_LIBRARY` names, or else the first of the usual names, those of the launcher's
 * implementation first.
 *
 * @throws {UserError} If none of them can be loaded.
 */
export function openMpiLibrary(
  launcher: LaunchedRank["launcher"],
  env: Readonly<Record<string, string | undefined>>,
): MpiLibrary {
  const usual =
    launcher === "openmpi" ? [...NAMES.openmpi, ...NAMES.mpich] : [...NAMES.mpich, ...NAMES.openmpi];
  const wanted = env.MPI_LIBRARY;
  const candidates = wanted ? [wanted] : usual;
  for (const name of candidates) {
    const library = openNamed(name);
    if (library !== null) return library;
  }
  throw new UserError({
    message: "This process is one of several ranks, and no MPI library can be loaded",
    expected: wanted ? "MPICH's or Open MPI's library, as MPI_LIBRARY names it" : "MPICH or Open MPI",
    got: `none of ${candidates.join(", ")}`,
    fix: "install the MPI that the launcher belongs to, or set MPI_LIBRARY to its library's path",
  });
}

/** @returns Null if there is no such library here, or it is no MPI. */
function openNamed(name: string): MpiLibrary | null {
  let calls: MpiCalls;
  try {
    calls = dlopen(name, CALLS).symbols as unknown as MpiCalls;
  } catch {
    return null;
  }
  try {
    const handles = dlopen(name, OPEN_MPI).symbols;
    return {
      name,
      implementation: "openmpi",
      calls,
      world: addressOf(handles.ompi_mpi_comm_world),
      byte: addressOf(handles.ompi_mpi_byte),
      errorsReturn: addressOf(handles.ompi_mpi_errors_return),
      statusIgnore: 0,
    };
  } catch {
    return { name, implementation: "mpich", calls, ...MPICH }; // it has no such symbols
  }
}

/** Bun's functions for symbols carry the symbol's address. */
function addressOf(symbol: unknown): number {
  return (symbol as { readonly ptr: number }).ptr;
}
