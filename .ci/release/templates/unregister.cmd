@echo off
rem Undoes what register.cmd did.
set KEY=HKCU\Software\Classes
reg delete "%KEY%\Latchkey.File" /f >nul 2>nul
reg delete "%KEY%\.eml\OpenWithProgids" /v Latchkey.File /f >nul 2>nul
reg delete "%KEY%\.zip\OpenWithProgids" /v Latchkey.File /f >nul 2>nul
echo Latchkey is no longer in the menu "Open with".
