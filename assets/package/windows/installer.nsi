; The installer for Windows. It installs for one user, without administrator
; rights, or for all users of the computer:
;
;   setup.exe                      asks
;   setup.exe /S                   for the user who runs it, without a question
;   setup.exe /S /ALLUSERS         for all users; needs administrator rights
;   setup.exe /S /D=C:\folder      somewhere else (the last argument, unquoted)
;   uninstall.exe /S [/PURGE]      keeps the user's data, or deletes it too
;
; Exit status: 0 installed; 1 cancelled; 2 not installed.
; .ci/package-windows defines VERSION, NUMBERS, FILES, OUT, SIZE and perhaps MESA.

Target amd64-unicode ; the stub is a 64-bit program itself
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include nsDialogs.nsh

!define APP "Entra ID Sync"
!define ID "io.github.entraidsync.entraidsync"
!define PUBLISHER "Entra ID Sync contributors"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"

Name "${APP}"
OutFile "${OUT}"
BrandingText "${APP} ${VERSION}"
VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey ProductName "${APP}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${APP}: installer"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "MIT License"

Var AllUsers ; 1: for all users of the computer
Var ForMe
Var ForAll

!define MUI_ABORTWARNING
!define MUI_ICON "entrasync.ico"
!define MUI_UNICON "entrasync.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\entrasync.exe"
!insertmacro MUI_PAGE_LICENSE "${FILES}/LICENSE.txt"
Page custom AskForWhom AnswerForWhom
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German

LangString ForWhom ${LANG_ENGLISH} "Install for"
LangString ForWhom ${LANG_GERMAN} "Installieren für"
LangString ForWhomText ${LANG_ENGLISH} "Who is going to use ${APP} on this computer?"
LangString ForWhomText ${LANG_GERMAN} "Wer soll ${APP} auf diesem Computer benutzen?"
LangString JustMe ${LANG_ENGLISH} "Only me (needs no administrator rights)"
LangString JustMe ${LANG_GERMAN} "Nur ich (ohne Administratorrechte)"
LangString Everybody ${LANG_ENGLISH} "All users of this computer (needs administrator rights)"
LangString Everybody ${LANG_GERMAN} "Alle Benutzer dieses Computers (mit Administratorrechten)"
LangString NoRights ${LANG_ENGLISH} "${APP} can't be installed for all users: administrator rights are missing. Run the installer as an administrator, or install for yourself only."
LangString NoRights ${LANG_GERMAN} "${APP} kann nicht für alle Benutzer installiert werden: es fehlen Administratorrechte. Starten Sie das Installationsprogramm als Administrator, oder installieren Sie nur für sich."
LangString NoRightsToRemove ${LANG_ENGLISH} "${APP} is installed for all users, and administrator rights are missing to remove it. Run the uninstaller as an administrator."
LangString NoRightsToRemove ${LANG_GERMAN} "${APP} ist für alle Benutzer installiert, und zum Entfernen fehlen Administratorrechte. Starten Sie das Deinstallationsprogramm als Administrator."
LangString ByMsi ${LANG_ENGLISH} "${APP} lies in $INSTDIR already, installed by its .msi. Upgrade it by a newer .msi, or remove it first."
LangString ByMsi ${LANG_GERMAN} "${APP} liegt schon in $INSTDIR, installiert durch sein .msi. Aktualisieren Sie es durch ein neueres .msi, oder entfernen Sie es zuerst."
LangString Older ${LANG_ENGLISH} "A newer version of ${APP} is installed already: $0. Its data may not open with version ${VERSION}. Install the older version all the same?"
LangString Older ${LANG_GERMAN} "Eine neuere Version von ${APP} ist schon installiert: $0. Ihre Daten lassen sich mit Version ${VERSION} vielleicht nicht öffnen. Trotzdem die ältere Version installieren?"
LangString StillRuns ${LANG_ENGLISH} "${APP} is still running, perhaps its entrasyncctl. Shall it be ended? What it has stored is kept."
LangString StillRuns ${LANG_GERMAN} "${APP} läuft noch, vielleicht sein entrasyncctl. Soll es beendet werden? Was es gespeichert hat, bleibt."
LangString InUse ${LANG_ENGLISH} "The files in $INSTDIR can't be replaced: a program uses them. End it and try again."
LangString InUse ${LANG_GERMAN} "Die Dateien in $INSTDIR können nicht ersetzt werden: ein Programm benutzt sie. Beenden Sie es und versuchen Sie es noch einmal."
LangString Keep ${LANG_ENGLISH} "Keep the data of ${APP}: the copies of your tenants, their history, and the sealed secrets?$\r$\n$\r$\nThey lie in $LOCALAPPDATA\${APP}. If you don't keep them, they are deleted for good."
LangString Keep ${LANG_GERMAN} "Sollen die Daten von ${APP} bleiben: die Kopien Ihrer Mandanten, ihre Geschichte und die versiegelten Geheimnisse?$\r$\n$\r$\nSie liegen in $LOCALAPPDATA\${APP}. Bleiben sie nicht, sind sie endgültig gelöscht."
LangString Programs ${LANG_ENGLISH} "Programs"
LangString Programs ${LANG_GERMAN} "Programme"
LangString OnDesktop ${LANG_ENGLISH} "Shortcut on the desktop"
LangString OnDesktop ${LANG_GERMAN} "Verknüpfung auf dem Desktop"
LangString Software ${LANG_ENGLISH} "OpenGL in software (for remote desktops and virtual machines)"
LangString Software ${LANG_GERMAN} "OpenGL in Software (für Remotedesktop und virtuelle Maschinen)"

; Scope makes registry, Start menu and folder those of one user or of all.
!macro Scope UN
Function ${UN}Scope
	SetRegView 64
	${If} $AllUsers == 1
		SetShellVarContext all
	${Else}
		SetShellVarContext current
	${EndIf}
FunctionEnd
!macroend
!insertmacro Scope ""
!insertmacro Scope un.

; IsAdmin leaves 1 on the stack where this process has administrator rights.
!macro IsAdmin UN
Function ${UN}IsAdmin
	UserInfo::GetAccountType
	Exch $0
	${If} $0 == "Admin"
		StrCpy $0 1
	${Else}
		StrCpy $0 0
	${EndIf}
	Exch $0
FunctionEnd
!macroend
!insertmacro IsAdmin ""
!insertmacro IsAdmin un.

; Stopping a running instance. The window is asked to end, and ends its syncs at
; a page's edge. Whatever then still runs from the folder (a window with another
; data folder, entrasyncctl run) is ended, which the database survives.
!macro Stopping UN
; Busy says in $9 whether a program in the folder runs: its file can't be opened
; to write.
Function ${UN}Busy
	StrCpy $9 0
	${If} ${FileExists} "$INSTDIR\entrasync.exe"
		ClearErrors
		FileOpen $8 "$INSTDIR\entrasync.exe" a
		${If} ${Errors}
			StrCpy $9 1
		${Else}
			FileClose $8
		${EndIf}
	${EndIf}
	${If} ${FileExists} "$INSTDIR\entrasyncctl.exe"
		ClearErrors
		FileOpen $8 "$INSTDIR\entrasyncctl.exe" a
		${If} ${Errors}
			StrCpy $9 1
		${Else}
			FileClose $8
		${EndIf}
	${EndIf}
FunctionEnd

; EndAll ends the processes whose programs lie in the folder, and no others.
Function ${UN}EndAll
	System::Alloc 65536
	Pop $1
	System::Call 'kernel32::K32EnumProcesses(p r1, i 65536, *i .r2) i .r0'
	IntOp $2 $2 / 4
	StrCpy $3 0
	${While} $3 < $2
		IntOp $4 $3 * 4
		IntPtrOp $4 $1 + $4
		System::Call '*$4(i .r5)'
		System::Call 'kernel32::OpenProcess(i 0x101001, i 0, i r5) p .r6' ; terminate, wait, ask its path
		${If} $6 P<> 0
			System::Call 'kernel32::QueryFullProcessImageNameW(p r6, i 0, w .r7, *i ${NSIS_MAX_STRLEN}) i .r0'
			${If} $7 == "$INSTDIR\entrasync.exe"
			${OrIf} $7 == "$INSTDIR\entrasyncctl.exe"
				System::Call 'kernel32::TerminateProcess(p r6, i 1)'
				System::Call 'kernel32::WaitForSingleObject(p r6, i 5000)'
			${EndIf}
			System::Call 'kernel32::CloseHandle(p r6)'
		${EndIf}
		IntOp $3 $3 + 1
	${EndWhile}
	System::Free $1
FunctionEnd

Function ${UN}Stop
	${IfNot} ${FileExists} "$INSTDIR\entrasync.exe"
		Return
	${EndIf}
	Call ${UN}Busy
	${If} $9 == 0
		Return
	${EndIf}
	nsExec::Exec '"$INSTDIR\entrasync.exe" --quit'
	Pop $9
	Sleep 500 ; a process holds its file a moment longer than its lock
	Call ${UN}Busy
	${If} $9 == 0
		Return
	${EndIf}
	MessageBox MB_YESNO|MB_ICONQUESTION "$(StillRuns)" /SD IDYES IDYES end
	SetErrorLevel 1
	Abort
end:
	Call ${UN}EndAll
	Sleep 500
	Call ${UN}Busy
	${If} $9 == 1
		MessageBox MB_OK|MB_ICONSTOP "$(InUse)" /SD IDOK
		SetErrorLevel 2
		Abort
	${EndIf}
FunctionEnd
!macroend
!insertmacro Stopping ""
!insertmacro Stopping un.

Function DefaultFolder
	${If} $INSTDIR != ""
		Return ; /D= said it
	${EndIf}
	ReadRegStr $INSTDIR SHCTX "${UNINSTALL}" InstallLocation
	${If} $INSTDIR == ""
		${If} $AllUsers == 1
			StrCpy $INSTDIR "$PROGRAMFILES64\${APP}"
		${Else}
			StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${APP}"
		${EndIf}
	${EndIf}
FunctionEnd

; The .msi has the same folder, and neither knows what the other put there.
Function RefuseOlder
	${If} ${FileExists} "$INSTDIR\entrasync.exe"
	${AndIfNot} ${FileExists} "$INSTDIR\uninstall.exe"
		ReadRegStr $0 SHCTX "${UNINSTALL}" DisplayVersion
		${If} $0 == ""
		${AndIf} $INSTDIR == "$PROGRAMFILES64\${APP}"
			MessageBox MB_OK|MB_ICONSTOP "$(ByMsi)" /SD IDOK
			SetErrorLevel 2
			Quit
		${EndIf}
	${EndIf}
	ReadRegStr $0 SHCTX "${UNINSTALL}" DisplayVersion
	${If} $0 == ""
		Return
	${EndIf}
	${VersionCompare} $0 "${VERSION}" $1
	${If} $1 == 1
		MessageBox MB_YESNO|MB_ICONEXCLAMATION|MB_DEFBUTTON2 "$(Older)" /SD IDNO IDYES goOn
		SetErrorLevel 2
		Quit
	goOn:
	${EndIf}
FunctionEnd

Function .onInit
	StrCpy $AllUsers 0
	${GetParameters} $0
	ClearErrors
	${GetOptions} $0 "/ALLUSERS" $1
	${IfNot} ${Errors}
		StrCpy $AllUsers 1
		Call IsAdmin
		Pop $0
		${If} $0 == 0
			MessageBox MB_OK|MB_ICONSTOP "$(NoRights)" /SD IDOK
			SetErrorLevel 2
			Quit
		${EndIf}
	${EndIf}
	Call Scope
	${If} ${Silent}
		Call DefaultFolder
		Call RefuseOlder
	${EndIf}
FunctionEnd

Function AskForWhom
	${GetParameters} $0
	ClearErrors
	${GetOptions} $0 "/ALLUSERS" $1
	${IfNot} ${Errors}
		Call DefaultFolder
		Call RefuseOlder
		Abort ; it was told
	${EndIf}
	!insertmacro MUI_HEADER_TEXT "$(ForWhom)" "$(ForWhomText)"
	nsDialogs::Create 1018
	Pop $0
	${NSD_CreateRadioButton} 0 20u 100% 12u "$(JustMe)"
	Pop $ForMe
	${NSD_CreateRadioButton} 0 40u 100% 12u "$(Everybody)"
	Pop $ForAll
	${NSD_Check} $ForMe
	nsDialogs::Show
FunctionEnd

Function AnswerForWhom
	${NSD_GetState} $ForAll $0
	StrCpy $AllUsers 0
	${If} $0 == ${BST_CHECKED}
		Call IsAdmin
		Pop $0
		${If} $0 == 0
			; Windows asks for the rights, and the installer begins anew with them.
			ClearErrors
			ExecShell runas "$EXEPATH" "/ALLUSERS"
			${IfNot} ${Errors}
				Quit
			${EndIf}
			MessageBox MB_OK|MB_ICONSTOP "$(NoRights)"
			Abort
		${EndIf}
		StrCpy $AllUsers 1
	${EndIf}
	Call Scope
	StrCpy $INSTDIR ""
	Call DefaultFolder
	Call RefuseOlder
FunctionEnd

Section "$(Programs)" Main
	SectionIn RO
	Call Stop
	SetOutPath "$INSTDIR"
	File "${FILES}/entrasync.exe"
	File "${FILES}/entrasyncctl.exe"
	File "${FILES}/task.xml"
	File "${FILES}/LICENSE.txt"
	File "${FILES}/CHANGELOG.txt"
	File "${FILES}/THIRD-PARTY-LICENCES.txt"
	SetOutPath "$INSTDIR\completions" ; beside the program PowerShell would run it in its place
	File "${FILES}/completions/entrasyncctl.ps1"
	SetOutPath "$INSTDIR"
	WriteUninstaller "$INSTDIR\uninstall.exe"
	CreateShortcut "$SMPROGRAMS\${APP}.lnk" "$INSTDIR\entrasync.exe"
	WriteRegStr SHCTX "${UNINSTALL}" DisplayName "${APP}"
	WriteRegStr SHCTX "${UNINSTALL}" DisplayVersion "${VERSION}"
	WriteRegStr SHCTX "${UNINSTALL}" DisplayIcon "$INSTDIR\entrasync.exe"
	WriteRegStr SHCTX "${UNINSTALL}" Publisher "${PUBLISHER}"
	WriteRegStr SHCTX "${UNINSTALL}" URLInfoAbout "https://github.com/entraidsync/entraidsync"
	WriteRegStr SHCTX "${UNINSTALL}" InstallLocation "$INSTDIR"
	WriteRegStr SHCTX "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
	WriteRegStr SHCTX "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD SHCTX "${UNINSTALL}" EstimatedSize ${SIZE}
	WriteRegDWORD SHCTX "${UNINSTALL}" NoModify 1
	WriteRegDWORD SHCTX "${UNINSTALL}" NoRepair 1
	WriteRegDWORD SHCTX "${UNINSTALL}" AllUsers $AllUsers
	WriteRegStr SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\entrasyncctl.exe" "" "$INSTDIR\entrasyncctl.exe"
	WriteRegStr SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\entrasync.exe" "" "$INSTDIR\entrasync.exe"
SectionEnd

Section /o "$(OnDesktop)"
	CreateShortcut "$DESKTOP\${APP}.lnk" "$INSTDIR\entrasync.exe"
SectionEnd

!ifdef MESA
Section /o "$(Software)"
	SetOutPath "$INSTDIR"
	File "${MESA}/opengl32.dll"
	File "${MESA}/libgallium_wgl.dll"
SectionEnd
!endif

; The uninstaller learns from its own registry key for whom it was installed.
Function un.onInit
	SetRegView 64
	StrCpy $AllUsers 0
	ReadRegStr $0 HKLM "${UNINSTALL}" InstallLocation
	${If} $0 == $INSTDIR
		StrCpy $AllUsers 1
		Call un.IsAdmin
		Pop $0
		${If} $0 == 0
			${If} ${Silent}
				SetErrorLevel 2
				Quit
			${EndIf}
			; Windows asks for the rights, and the uninstaller begins anew with them.
			ClearErrors
			ExecShell runas "$INSTDIR\uninstall.exe"
			${If} ${Errors}
				MessageBox MB_OK|MB_ICONSTOP "$(NoRightsToRemove)"
			${EndIf}
			SetErrorLevel 2
			Quit
		${EndIf}
	${EndIf}
	Call un.Scope
FunctionEnd

Section Uninstall
	Call un.Stop
	Delete "$INSTDIR\entrasync.exe"
	Delete "$INSTDIR\entrasyncctl.exe"
	Delete "$INSTDIR\completions\entrasyncctl.ps1"
	RMDir "$INSTDIR\completions"
	Delete "$INSTDIR\task.xml"
	Delete "$INSTDIR\opengl32.dll"
	Delete "$INSTDIR\libgallium_wgl.dll"
	Delete "$INSTDIR\LICENSE.txt"
	Delete "$INSTDIR\CHANGELOG.txt"
	Delete "$INSTDIR\THIRD-PARTY-LICENCES.txt"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR"
	Delete "$SMPROGRAMS\${APP}.lnk"
	Delete "$DESKTOP\${APP}.lnk"
	DeleteRegKey SHCTX "${UNINSTALL}"
	DeleteRegKey SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\entrasyncctl.exe"
	DeleteRegKey SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\entrasync.exe"
	DeleteRegValue HKCU "${RUN}" "${ID}" ; what the window's settings wrote
	; Data is the user's own, whoever the program was installed for.
	SetShellVarContext current
	${IfNot} ${FileExists} "$LOCALAPPDATA\${APP}\*.*"
		Return
	${EndIf}
	${GetParameters} $0
	ClearErrors
	${GetOptions} $0 "/PURGE" $1
	${IfNot} ${Errors}
		Goto purge
	${EndIf}
	MessageBox MB_YESNO|MB_ICONQUESTION "$(Keep)" /SD IDYES IDNO purge
	Return
purge:
	RMDir /r "$LOCALAPPDATA\${APP}"
SectionEnd
