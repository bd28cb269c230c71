/* The one function of bcryptprimitives.dll that Go's runtime asks for at its
   start and that wine 8 has no such library for: random bytes. */
#include <windows.h>
#include <bcrypt.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE out, SIZE_T n)
{
	return BCryptGenRandom(NULL, out, (ULONG)n, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}
