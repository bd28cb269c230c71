@echo off
rem Offers Latchkey in the menu "Open with" for mails and exported cases, for
rem this person only. It takes no program's place. unregister.cmd undoes it.
set KEY=HKCU\Software\Classes
reg add "%KEY%\Latchkey.File" /ve /d "Mail or case" /f >nul
if errorlevel 1 exit /b 1
reg add "%KEY%\Latchkey.File\DefaultIcon" /ve /d "\"%~dp0latchkey.exe\",0" /f >nul
if errorlevel 1 exit /b 1
reg add "%KEY%\Latchkey.File\shell\open" /v FriendlyAppName /d "Latchkey" /f >nul
if errorlevel 1 exit /b 1
reg add "%KEY%\Latchkey.File\shell\open\command" /ve /d "\"%~dp0latchkey.exe\" \"%%1\"" /f >nul
if errorlevel 1 exit /b 1
reg add "%KEY%\.eml\OpenWithProgids" /v Latchkey.File /t REG_NONE /f >nul
if errorlevel 1 exit /b 1
reg add "%KEY%\.zip\OpenWithProgids" /v Latchkey.File /t REG_NONE /f >nul
if errorlevel 1 exit /b 1
echo Latchkey is in the menu "Open with".
